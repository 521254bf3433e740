/**
 * Whether the engine is as fast as it was: ratios to llama.cpp's own programs on this machine, and
 * the instructions that planning a step takes, against benchmarks/gate/baseline.json. Never absolute
 * times. Fails where a ratio is lower, or a count higher, than the baseline by more than its slack, and
 * where the baseline does not say.
 *
 *   npm run bench:gate -- [DATA_FOLDER] [--record] [--only NAME,…]
 *
 * --record writes the baseline anew. The slack of a ratio is the noise of two cores: rounds of one
 * run scatter by that much. Instructions are counted by valgrind, and left out where it is absent.
 */
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: { record: { type: "boolean", default: false }, only: { type: "string" } },
});
const data = positionals[0] ?? "../shared/data";
const BASELINE = new URL("baseline.json", import.meta.url);

/** The last line that a program prints, as JSON. */
function answerOf(command, words) {
  const { status, stdout, stderr } = spawnSync(command, words, { encoding: "utf8" });
  if (status !== 0)
    throw new Error(`${command} ${words.join(" ")} ended with ${status}: ${stderr}`);
  return JSON.parse(stdout.trim().split("\n").at(-1));
}

const bench = (name, ...words) =>
  answerOf(process.execPath, [`benchmarks/${name}/bench.mjs`, ...words, "--json"]);

/** Instructions of a program in the interpreter. */
function instructions(steps) {
  const words = [
    "--tool=callgrind",
    "--callgrind-out-file=/dev/null",
    process.execPath,
    "--jitless",
  ];
  const { stderr, error } = spawnSync(
    "valgrind",
    [...words, "benchmarks/gate/planning.mjs", String(steps)],
    { encoding: "utf8" },
  );
  if (error !== undefined) return null;
  const found = /Collected\s*:\s*(\d+)/.exec(stderr);
  if (found === null) throw new Error(`valgrind counted nothing: ${stderr}`);
  return Number(found[1]);
}

const PLANNED_STEPS = 4;

/** What starting Node takes is in both counts. */
function planningInstructions() {
  const idle = instructions(0);
  return idle === null ? null : (instructions(PLANNED_STEPS) - idle) / PLANNED_STEPS;
}

/** By name: what is measured, whether more is better, and how far it may lie from the baseline. */
const CHECKS = {
  prefill: {
    measure: () => bench("engine", "--rounds", "3").ratio,
    isBetterHigh: true,
    slack: 0.1,
  },
  step: {
    measure: () => bench("trie", data, "--only", "instruction first")[0].ratio,
    isBetterHigh: true,
    slack: 0.1,
  },
  writing: { measure: () => bench("generation").ratio, isBetterHigh: true, slack: 0.1 },
  planning: { measure: planningInstructions, isBetterHigh: false, slack: 0.05 },
};

const only = flags.only?.split(",");
const baseline = JSON.parse(readFileSync(BASELINE, "utf8"));
const failed = [];
for (const [name, { measure, isBetterHigh, slack }] of Object.entries(CHECKS)) {
  if (!(only?.includes(name) ?? true)) continue;
  const value = measure();
  if (value === null) {
    console.log(`${name}: not measured, valgrind is not installed`);
    continue;
  }
  if (flags.record) {
    baseline[name] = value;
    console.log(`${name}: ${value.toPrecision(3)}, recorded`);
    continue;
  }
  const before = baseline[name];
  if (before === undefined) {
    throw new Error(
      `${BASELINE.pathname} has no "${name}": record it with --record --only ${name}`,
    );
  }
  const limit = isBetterHigh ? before * (1 - slack) : before * (1 + slack);
  const isWorse = isBetterHigh ? value < limit : value > limit;
  console.log(
    `${name}: ${value.toPrecision(3)}, was ${before.toPrecision(3)}${isWorse ? ", WORSE" : ""}`,
  );
  if (isWorse) failed.push(name);
}
if (flags.record) writeFileSync(BASELINE, `${JSON.stringify(baseline, null, 2)}\n`);
else if (failed.length > 0) {
  console.log(`slower than it was: ${failed.join(", ")}`);
  process.exitCode = 1;
}
