/**
 * Which signal on a few training examples predicts which prompt answers held-out examples best?
 *
 *   npm run study:signal -- DATA_FOLDER [--only NAME,…] [--parallel 2]
 *
 * Measures twenty prompts on each task, one process a task with one thread, and appends them to
 * docs/results/signal.jsonl; what is there already is not measured again. Then writes the tables
 * and the figure of docs/results/signal.md.
 */
import { spawn } from "node:child_process";
import { appendFileSync } from "node:fs";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { PROMPTS_PER_TASK } from "./signals.mjs";
import { TASKS } from "./tasks.mjs";
import { writeResults } from "./write-results.mjs";
import { readRecords } from "../records.mjs";

const RECORDS = resolve("docs/results/signal.jsonl");

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { only: { type: "string" }, parallel: { type: "string", default: "2" } },
});
const dataFolder = resolve(positionals[0] ?? "../shared/data");

function measure(task, firstPrompt) {
  return new Promise((done, fail) => {
    const child = spawn(
      process.execPath,
      ["benchmarks/signal/measure.mjs", task, dataFolder, String(firstPrompt)],
      { stdio: ["ignore", "pipe", "inherit"] },
    );
    createInterface({ input: child.stdout }).on("line", (line) => {
      appendFileSync(RECORDS, `${line}\n`);
    });
    child.on("close", (code) =>
      code === 0 ? done() : fail(new Error(`${task} ended with ${code}`)),
    );
  });
}

const only = values.only?.split(",");
const queue = TASKS.map(({ name }) => name).filter((name) => only?.includes(name) ?? true);

async function work() {
  for (let task = queue.shift(); task !== undefined; task = queue.shift()) {
    const known = readRecords(RECORDS).filter((record) => record.task === task).length;
    if (known === PROMPTS_PER_TASK) continue;
    const begun = Date.now();
    await measure(task, known);
    process.stdout.write(`${task}: ${Math.round((Date.now() - begun) / 1000)} s\n`);
  }
}

await Promise.all(Array.from({ length: Number(values.parallel) }, work));
writeResults(readRecords(RECORDS));
