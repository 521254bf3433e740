/**
 * What single changes of a prompt did in recorded searches: the numbers that simulated searches
 * suppose (src/project/estimate/landscape.ts).
 *
 *   npm run build && node benchmarks/estimate/fit.mjs EVENTS_FILE…
 *
 * Each candidate that differs from its parent in one aspect is held against it on the examples that
 * it was scored on. Prints, without and with demonstrations in the parent, the median and the
 * spread of ln(mean loss / parent's mean loss): the standard deviation of a normal distribution
 * whose middle half is as wide. And how much examples differ in it: the median
 * over changes of the standard deviation of ln(loss / parent's loss), divided by √2, as both texts
 * suit an example more or less.
 */
import { readFileSync } from "node:fs";
import { basename, dirname } from "node:path";
import { meanOf as mean } from "../../dist/core/mean.js";
import { LEAST_NATS } from "../../dist/project/estimate/measure.js";
import { median } from "../median.mjs";

const deviation = (values) => {
  const middle = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - middle) ** 2)));
};
/** Quartiles of the standard normal distribution lie so far apart. */
const NORMAL_QUARTILES = 1.349;
function spreadOfMiddle(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share) => sorted[Math.round(share * (sorted.length - 1))];
  return (at(0.75) - at(0.25)) / NORMAL_QUARTILES;
}
const natsOf = ({ crossEntropy }) => Math.max(crossEntropy, LEAST_NATS);

/** Candidates with losses by id. */
function candidatesOf(path) {
  const events = readFileSync(path, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line).event);
  const scored = events.filter(({ candidate, losses }) => candidate && losses);
  return new Map(
    scored
      .filter(({ losses }) => losses.every(({ crossEntropy }) => crossEntropy !== undefined))
      .map((event) => [event.candidateId, event]),
  );
}

/** Which one aspect differs; null where several do. */
function aspectOf({ operator, candidate }, { candidate: parent }) {
  const shown = ({ demonstrations }) => demonstrations.map(({ id }) => id).join();
  const changed = [
    ...(candidate.instruction === parent.instruction
      ? []
      : [operator === "rewrite" ? "rewrite" : "edit"]),
    ...(JSON.stringify(candidate.layout) === JSON.stringify(parent.layout) ? [] : ["layout"]),
    ...(shown(candidate) === shown(parent) ? [] : ["demonstrations"]),
  ];
  return changed.length === 1 ? changed[0] : null;
}

function changesIn(path) {
  const candidates = candidatesOf(path);
  return [...candidates.values()].flatMap((event) => {
    const parent = candidates.get(event.parentId);
    const aspect = parent === undefined ? null : aspectOf(event, parent);
    if (aspect === null) return [];
    const before = new Map(parent.losses.map((loss) => [loss.exampleId, natsOf(loss)]));
    if (event.losses.some(({ exampleId }) => !before.has(exampleId))) return [];
    const pairs = event.losses.map((loss) => [natsOf(loss), before.get(loss.exampleId)]);
    const regime = parent.candidate.demonstrations.length === 0 ? "bare" : "shown";
    return [
      {
        kind: `${regime} | ${aspect}`,
        change: Math.log(mean(pairs.map(([after]) => after)) / mean(pairs.map(([, nats]) => nats))),
        spread: deviation(pairs.map(([after, nats]) => Math.log(after / nats))) / Math.SQRT2,
      },
    ];
  });
}

const paths = process.argv.slice(2);
if (paths.length === 0) throw new Error("Name the events.jsonl of recorded runs");
const changes = paths.flatMap(changesIn);
const runs = new Set(paths.map((path) => basename(dirname(path)))).size;
console.log(`${changes.length} single changes in ${runs} runs\n`);
console.log("| demonstrations | aspect | changes | median | spread | among examples |");
console.log("|---|---|---:|---:|---:|---:|");
for (const kind of [...new Set(changes.map((change) => change.kind))].sort()) {
  const found = changes.filter((change) => change.kind === kind);
  const values = found.map(({ change }) => change);
  const spread = median(found.map((each) => each.spread));
  console.log(
    `| ${kind} | ${found.length} | ${median(values).toFixed(2)} | ${spreadOfMiddle(values).toFixed(2)} | ${spread.toFixed(2)} |`,
  );
}
