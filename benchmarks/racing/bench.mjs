/**
 * What racing saves and what it costs: the same searches with and without it, on public tasks.
 *
 *   npm run bench:racing -- DATA_FOLDER [--only NAME,…] [--seeds 0] [--parallel 2]
 *
 * As many searches run at once as --parallel says, each on one thread.
 *
 * Appends each pair of runs to docs/results/racing.jsonl (what is there is not run again), then
 * writes the table of docs/results/racing.md: tokens of the search, and the held-out loss of the
 * prompt it ended with, paired by example.
 */
import { spawn } from "node:child_process";
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { createRandom, pairedBootstrap } from "pmpo";
import { TASKS, taskFile } from "../results/tasks.mjs";
import { readRecords } from "../records.mjs";

const RECORDS = resolve("docs/results/racing.jsonl");
const TABLE = resolve("docs/results/racing.md");
const MARKER = "<!-- the table below is written by `npm run bench:racing` -->";
const SHORT_TASKS = [
  "sst2",
  "mr",
  "antonyms",
  "singular_to_plural",
  "first_word_letter",
  "sum",
  "sentiment",
  "boolean_expressions",
  "sports_understanding",
];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: "string", default: SHORT_TASKS.join() },
    seeds: { type: "string", default: "0" },
    parallel: { type: "string", default: "2" },
  },
});
const dataFolder = resolve(positionals[0] ?? "../shared/data");
const EXAMPLES = 180;

/** Runs a search to its end and answers its events. */
function search(task, seed, racing) {
  const folder = mkdtempSync(join(tmpdir(), "pmpo-racing-"));
  const file = taskFile(task, dataFolder, "sentence", seed);
  const settings = {
    ...file,
    threads: 1,
    data: { ...file.data, train: EXAMPLES },
    optimizer: { ...file.optimizer, racing },
  };
  writeFileSync(join(folder, "pmpo.yaml"), JSON.stringify(settings));
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, ["dist/cli/main.js", "optimize", folder, "--json"], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let output = "";
    child.stdout.on("data", (text) => (output += text));
    child.on("close", (code) => {
      if (code !== 0) return fail(new Error(`${task.name} ended with ${code}`));
      const { run } = JSON.parse(output);
      const log = readFileSync(join(folder, ".pmpo", "runs", run, "events.jsonl"), "utf8");
      rmSync(folder, { recursive: true, force: true });
      done(
        log
          .trim()
          .split("\n")
          .map((line) => JSON.parse(line).event),
      );
    });
  });
}

/** What is kept of a search: tokens spent on scoring candidates, and the held-out losses of its best prompt. */
function summary(events) {
  const scored = events.filter(
    ({ type, iteration }) =>
      (type === "candidate-scored" || type === "candidate-dropped") && iteration > 0,
  );
  const verdict = events.find(({ type }) => type === "verdict-reached");
  const tokens = (name) => scored.reduce((sum, { usage }) => sum + usage[name], 0);
  return {
    candidates: scored.length,
    dropped: scored.filter(({ type }) => type === "candidate-dropped").length,
    requestedTokens: tokens("requestedTokens"),
    evaluatedTokens: tokens("evaluatedTokens"),
    accuracy: verdict.best.accuracy,
    testLosses: verdict.best.answers.map(({ loss }) => Number(loss.loss.toFixed(4))),
  };
}

const mean = (numbers) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
const saved = (raced, full, name) => 1 - raced[name] / full[name];
const percent = (share) => `${Math.round(100 * share)} %`;
const signed = (value) => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(3)}`;

function differenceOf(pairs) {
  const random = createRandom(0, "racing");
  const differences = pairs.flatMap(({ raced, full }) =>
    raced.testLosses.map((loss, index) => loss - full.testLosses[index]),
  );
  const { mean: difference, interval } = pairedBootstrap(differences, {
    random: () => random.float(),
  });
  return `${signed(difference)} [${signed(interval[0])}, ${signed(interval[1])}]`;
}

function writeTable() {
  const records = readRecords(RECORDS);
  const heads = [
    "task",
    "seed",
    "candidates",
    "dropped early",
    "tokens requested, saved",
    "tokens evaluated, saved",
    "held-out loss, full",
    "raced",
    "difference [95 %]",
    "accuracy, full → raced",
  ];
  const rows = records.map(({ task, seed, raced, full }) => [
    task,
    seed,
    raced.candidates,
    raced.dropped,
    percent(saved(raced, full, "requestedTokens")),
    percent(saved(raced, full, "evaluatedTokens")),
    mean(full.testLosses).toFixed(3),
    mean(raced.testLosses).toFixed(3),
    differenceOf([{ raced, full }]),
    `${percent(full.accuracy)} → ${percent(raced.accuracy)}`,
  ]);
  const total = (side, name) => records.reduce((sum, record) => sum + record[side][name], 0);
  const overall = (name) => percent(1 - total("raced", name) / total("full", name));
  rows.push([
    "**all**",
    "",
    total("raced", "candidates"),
    total("raced", "dropped"),
    overall("requestedTokens"),
    overall("evaluatedTokens"),
    "",
    "",
    differenceOf(records),
    "",
  ]);
  const table = [heads, heads.map(() => "---"), ...rows]
    .map((cells) => `| ${cells.join(" | ")} |`)
    .join("\n");
  const text = existsSync(TABLE) ? readFileSync(TABLE, "utf8").split(MARKER)[0] : "# Racing\n\n";
  writeFileSync(TABLE, `${text}${MARKER}\n\n${table}\n`);
}

const only = values.only.split(",");
const known = new Set(readRecords(RECORDS).map(({ task, seed }) => `${task}/${seed}`));
const queue = values.seeds
  .split(",")
  .map(Number)
  .flatMap((seed) =>
    TASKS.filter(({ name }) => only.includes(name) && !known.has(`${name}/${seed}`)).map(
      (task) => ({ task, seed }),
    ),
  );

async function work() {
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const { task, seed } = next;
    const raced = summary(await search(task, seed, true));
    const full = summary(await search(task, seed, false));
    appendFileSync(RECORDS, `${JSON.stringify({ task: task.name, seed, raced, full })}\n`);
    process.stdout.write(
      `${task.name}, seed ${seed}: ${percent(saved(raced, full, "evaluatedTokens"))} of evaluated tokens saved\n`,
    );
  }
}

await Promise.all(Array.from({ length: Number(values.parallel) }, work));
writeTable();
