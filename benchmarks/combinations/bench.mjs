/**
 * Which combinations of measured edits are worth scoring: those that the sum of the edits' effects
 * promises, or random ones?
 *
 *   npm run bench:combinations -- DATA_FOLDER [--only NAME,…] [--parallel 2]
 *
 * Appends what measure.mjs prints to docs/results/combinations.jsonl (a task that is there is not
 * measured again), then writes the table of docs/results/combinations.md.
 */
import { spawn } from "node:child_process";
import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { createRandom } from "pmpo";
import { TASKS } from "../results/tasks.mjs";
import { readRecords } from "../records.mjs";

const RECORDS = resolve("docs/results/combinations.jsonl");
const TABLE = resolve("docs/results/combinations.md");
const MARKER = "<!-- the table below is written by `npm run bench:combinations` -->";
const SPENT = [1, 2, 4, 8];
const ORDERS = 500;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { only: { type: "string" }, parallel: { type: "string", default: "2" } },
});
const dataFolder = resolve(positionals[0] ?? "../shared/data");
const only = values.only?.split(",");

function measure(name) {
  return new Promise((done, fail) => {
    const child = spawn(
      process.execPath,
      ["benchmarks/combinations/measure.mjs", name, dataFolder],
      { stdio: ["ignore", "pipe", "inherit"] },
    );
    let output = "";
    child.stdout.on("data", (text) => (output += text));
    child.on("close", (code) =>
      code === 0 ? done(output) : fail(new Error(`${name} ended with ${code}`)),
    );
  });
}

const mean = (numbers) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
const lossOf = ({ losses }) => mean(losses);

/** The best loss after so many tokens of one kind, in the order given. */
function bestAfter(tokens, kind, ordered, start) {
  let [spent, best] = [0, start];
  for (const each of ordered) {
    spent += each[kind];
    if (spent > tokens) break;
    best = Math.min(best, lossOf(each));
  }
  return best;
}

/** Shares of the largest gain that any strategy found, by strategy and by tokens spent, in average random combinations. */
function gainsOf(records, name, tokens) {
  const random = createRandom(0, "orders", name);
  const of = (kind) => records.filter((record) => record.kind === kind);
  const start = Math.min(...of("single").map(lossOf));
  const best = Math.min(...records.map(lossOf));
  const average = mean([...of("near"), ...of("any")].map((record) => record[tokens]));
  // The last token of a budget must not decide: half a combination more.
  const share = (ordered, count) =>
    start === best
      ? 0
      : (start - bestAfter((count + 0.5) * average, tokens, ordered, start)) / (start - best);
  const shuffled = (kind, count) =>
    mean(Array.from({ length: ORDERS }, () => share(random.shuffle(of(kind)), count)));
  return {
    start,
    best,
    additive: SPENT.map((count) => share(of("additive"), count)),
    near: SPENT.map((count) => shuffled("near", count)),
    any: SPENT.map((count) => shuffled("any", count)),
  };
}

function writeTable(records) {
  const names = [...new Set(records.map(({ task }) => task))];
  const gainsBy = (tokens) =>
    names.map((name) =>
      gainsOf(
        records.filter(({ task }) => task === name),
        name,
        tokens,
      ),
    );
  const gains = gainsBy("evaluatedTokens");
  const percents = (shares) => shares.map((share) => `${Math.round(100 * share)} %`);
  const strategies = ["additive", "near", "any"];
  const heads = [
    "task",
    "best single edit",
    "best combination",
    ...strategies.flatMap((kind) => SPENT.map((count) => `${kind}, ${count}`)),
  ];
  const rows = gains.map((gain, index) => [
    names[index],
    gain.start.toFixed(3),
    gain.best.toFixed(3),
    ...strategies.flatMap((kind) => percents(gain[kind])),
  ]);
  const meanRow = (head, of) => [
    `**${head}**`,
    "",
    "",
    ...strategies.flatMap((kind) =>
      percents(SPENT.map((_, place) => mean(of.map((gain) => gain[kind][place])))),
    ),
  ];
  rows.push(meanRow("mean", gains));
  rows.push(meanRow("mean, by requested tokens", gainsBy("requestedTokens")));
  const table = [heads, heads.map(() => "---"), ...rows]
    .map((cells) => `| ${cells.join(" | ")} |`)
    .join("\n");
  const text = existsSync(TABLE)
    ? readFileSync(TABLE, "utf8").split(MARKER)[0]
    : "# Combinations\n\n";
  writeFileSync(TABLE, `${text}${MARKER}\n\n${table}\n`);
  process.stdout.write(`${table}\n`);
}

const known = new Set(readRecords(RECORDS).map(({ task }) => task));
const queue = TASKS.map(({ name }) => name).filter(
  (name) => !known.has(name) && (only?.includes(name) ?? name !== "gsm8k"),
);

async function work() {
  for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
    appendFileSync(RECORDS, await measure(name));
  }
}

await Promise.all(Array.from({ length: Number(values.parallel) }, work));
writeTable(readRecords(RECORDS));
