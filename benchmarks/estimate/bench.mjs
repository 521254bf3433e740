/**
 * Estimates against what runs took: the ticket router with several seeds.
 *
 *   npm run bench:estimate -- [--seeds 1,2,3,4,5,6] [--threads 1]
 *
 * Appends each pair to docs/results/estimate.jsonl (what is there is not run again), then writes
 * the table of docs/results/estimate.md.
 */
import { spawnSync } from "node:child_process";
import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { readRecords } from "../records.mjs";

const RECORDS = resolve("docs/results/estimate.jsonl");
const TABLE = resolve("docs/results/estimate.md");
const MARKER = "<!-- the table below is written by `npm run bench:estimate` -->";
const EXAMPLE = resolve("examples/ticket-router");

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "1,2,3,4,5,6" },
    threads: { type: "string", default: "1" },
  },
});

/** The JSON document of a command. */
function pmpo(command, folder, seed) {
  const flags = ["--seed", String(seed), "--threads", values.threads, "--json"];
  const { status, stdout } = spawnSync(
    process.execPath,
    ["dist/cli/main.js", command, folder, ...flags],
    { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] },
  );
  if (status !== 0) throw new Error(`${command} with seed ${seed} ended with ${status}`);
  return JSON.parse(stdout);
}

/** What a seed's search was estimated to take, and took. */
function measure(seed) {
  const folder = mkdtempSync(join(tmpdir(), "pmpo-estimate-"));
  try {
    for (const file of ["pmpo.yaml", "prompt.txt", "data.jsonl"]) {
      cpSync(join(EXAMPLE, file), join(folder, file));
    }
    const { requestedTokens, evaluatedTokens, generatedTokens, seconds } = pmpo(
      "estimate",
      folder,
      seed,
    );
    const { tokens, seconds: taken } = pmpo("optimize", folder, seed);
    return {
      seed,
      estimate: { requestedTokens, evaluatedTokens, generatedTokens, seconds },
      actual: {
        requestedTokens: tokens.requested,
        evaluatedTokens: tokens.scored,
        generatedTokens: tokens.generated,
        seconds: taken,
      },
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

for (const seed of values.seeds.split(",").map(Number)) {
  if (readRecords(RECORDS).some((record) => record.seed === seed)) continue;
  appendFileSync(RECORDS, `${JSON.stringify(measure(seed))}\n`);
}

const count = (value) => Math.round(value).toLocaleString("en-US");

function cell({ estimate, actual }, name) {
  const { expected, least, most } = estimate[name];
  const share = (100 * (actual[name] - expected)) / expected;
  const sign = share < 0 ? "−" : "+";
  return `${count(expected)} (${count(least)} to ${count(most)}) · ${count(actual[name])} · ${sign}${Math.abs(share).toFixed(0)} %`;
}

const rows = readRecords(RECORDS).toSorted((a, b) => a.seed - b.seed);
const names = ["requestedTokens", "evaluatedTokens", "generatedTokens", "seconds"];
const table = [
  "| seed | tokens requested | tokens evaluated | tokens generated | seconds |",
  "|---|---|---|---|---|",
  ...rows.map((row) => `| ${row.seed} | ${names.map((name) => cell(row, name)).join(" | ")} |`),
].join("\n");
const [text] = readFileSync(TABLE, "utf8").split(MARKER);
writeFileSync(TABLE, `${text}${MARKER}\n\n${table}\n`);
process.stdout.write(`${table}\n`);
