/**
 * Runs the finished program on public data sets and writes the table of docs/results/first-runs.md.
 *
 *   npm run results -- DATA_FOLDER [--only NAME,…] [--seeds 0,1] [--parallel 2] [--keep FOLDER]
 *
 * Every run is `pmpo optimize` on a task file that this script writes to a temporary folder, with
 * one thread each, so that parallel runs do not wait for one another. Results are appended to
 * docs/results/first-runs.jsonl as they come; a run that is there already is not repeated. With
 * --keep the runs themselves stay in that folder, as benchmarks/estimate/fit.mjs reads them.
 */
import { spawn } from "node:child_process";
import { appendFileSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { TASKS, taskFile } from "./tasks.mjs";

const RESULTS = resolve("docs/results/first-runs.jsonl");
const TABLE = resolve("docs/results/first-runs.md");
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: "string" },
    seeds: { type: "string", default: "0" },
    parallel: { type: "string", default: "2" },
    starts: { type: "string", default: "sentence,step-by-step" },
    keep: { type: "string" },
  },
});
const dataFolder = resolve(positionals[0] ?? "../shared/data");

function runOne(task, start, seed) {
  const folder = mkdtempSync(join(tmpdir(), "pmpo-results-"));
  writeFileSync(join(folder, "pmpo.yaml"), JSON.stringify(taskFile(task, dataFolder, start, seed), null, 2));
  return new Promise((done) => {
    const child = spawn(process.execPath, ["dist/cli/main.js", "optimize", folder, "--json"]);
    let output = "";
    let errors = "";
    child.stdout.on("data", (text) => (output += text));
    child.stderr.on("data", (text) => (errors += text));
    child.on("close", (code) => {
      keepRun(folder, `${task.name}-${start}-${seed}`);
      rmSync(folder, { recursive: true, force: true });
      done(code === 0 ? { result: JSON.parse(output) } : { error: errors.trim() });
    });
  });
}

/** Copies the run of a finished project, where runs are to be kept. */
function keepRun(folder, name) {
  const runs = join(folder, ".pmpo", "runs");
  if (values.keep === undefined || !existsSync(runs)) return;
  cpSync(runs, join(values.keep, name), { recursive: true });
}

const percent = (share) =>
  share === null || share === undefined ? "–" : `${(100 * share).toFixed(0)} %`;
const points = (value) => `${value < 0 ? "−" : "+"}${Math.abs(100 * value).toFixed(0)}`;

function tableRow({ task, begin, seed, error, result }) {
  const first = [task, begin === "sentence" ? "task sentence" : "step by step", seed];
  if (error) return [...first, `failed: ${error.split("\n")[0]}`, ...Array(7).fill("")];
  const { start, best, verdict, tokens, seconds } = result;
  const [low, high] = verdict.interval;
  return [
    ...first,
    start.loss.toFixed(2),
    best.loss.toFixed(2),
    percent(start.accuracy),
    percent(best.accuracy),
    `${points(verdict.difference)} [${points(low)}, ${points(high)}]`,
    `${percent(start.choiceAccuracy)} → ${percent(best.choiceAccuracy)}`,
    `${Math.round(tokens.scored / 1000)} k`,
    Math.round(seconds),
  ];
}

const HEADS = [
  "task",
  "start prompt",
  "seed",
  "start loss",
  "best loss",
  "start accuracy",
  "best accuracy",
  "difference, points [95 %]",
  "by choice",
  "tokens evaluated",
  "seconds",
];

function readResults() {
  if (!existsSync(RESULTS)) return [];
  const lines = readFileSync(RESULTS, "utf8").trim().split("\n");
  return lines.filter((line) => line !== "").map((line) => JSON.parse(line));
}

const MARKER = "<!-- the table below is written by `npm run results` -->";

function writeTable() {
  const place = ({ task }) => TASKS.findIndex(({ name }) => name === task);
  const sorted = readResults().sort(
    (a, b) => place(a) - place(b) || a.begin.localeCompare(b.begin) || a.seed - b.seed,
  );
  const text = existsSync(TABLE) ? readFileSync(TABLE, "utf8").split(MARKER)[0] : "# First runs\n\n";
  const lines = [HEADS, HEADS.map(() => "---"), ...sorted.map(tableRow)];
  const table = lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
  writeFileSync(TABLE, `${text}${MARKER}\n\n${table}\n`);
}

const only = values.only?.split(",");
const known = new Set(readResults().map(({ task, begin, seed }) => `${task}/${begin}/${seed}`));
const queue = values.seeds
  .split(",")
  .map(Number)
  .flatMap((seed) =>
    values.starts
      .split(",")
      .flatMap((begin) => TASKS.map((task) => ({ task, begin, seed }))),
  )
  .filter(({ task }) => only === undefined || only.includes(task.name))
  .filter(({ task, begin, seed }) => !known.has(`${task.name}/${begin}/${seed}`));

async function work() {
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const { task, begin, seed } = next;
    const outcome = await runOne(task, begin, seed);
    appendFileSync(RESULTS, `${JSON.stringify({ task: task.name, begin, seed, ...outcome })}\n`);
    const shown = outcome.error ?? outcome.result.verdict.text;
    console.log(`${task.name} (${begin}, seed ${seed}): ${shown}`);
  }
}

await Promise.all(Array.from({ length: Number(values.parallel) }, work));
writeTable();
