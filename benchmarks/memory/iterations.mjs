/**
 * Does a long search take memory that grows? Searches so many iterations with the small model in
 * this process, in as few searches as have ideas enough, and prints its resident memory as it goes on.
 *
 *   npm run build && node benchmarks/memory/iterations.mjs [--iterations 500] [--threads 1] [--json]
 *
 * The growth is the slope of a straight line through the second half of the iterations, when caches
 * are full: bytes an iteration. With --json the last line is {"iterations":…,"searches":…,"peakBytes":…,
 * "halfwayBytes":…,"endBytes":…,"growthBytesPerIteration":…}.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { loadConfig, startRun } from "pmpo";

const { values: flags } = parseArgs({
  options: {
    iterations: { type: "string", default: "500" },
    threads: { type: "string", default: "1" },
    json: { type: "boolean", default: false },
  },
});
const say = (line) => (flags.json ? console.error(line) : console.log(line));
const iterations = Number(flags.iterations);
const megabytes = (bytes) => `${(bytes / 1e6).toFixed(0)} MB`;

const folder = mkdtempSync(join(tmpdir(), "pmpo-iterations-"));
/** So many may be shown that the search does not run out of ideas. */
const SHOWN = 60;

const rows = Array.from({ length: 6 * SHOWN }, (_, index) => ({
  input: `Message ${index}: ${index % 2 === 0 ? "the parcel is lost" : "the invoice is wrong"}`,
  target: index % 2 === 0 ? "shipping" : "billing",
}));
writeFileSync(join(folder, "data.jsonl"), rows.map((row) => JSON.stringify(row)).join("\n"));
/** Four candidates an iteration, so that many iterations take little time. */
const settings = (seed) => ({
  name: "memory",
  prompt: {
    text: "Say which team answers the message. One word. Be exact. Do not explain.",
  },
  data: { file: "data.jsonl", train: 6, demonstrations: SHOWN, testExamples: 4 },
  search: { demonstrations: "0..4" },
  threads: Number(flags.threads),
  optimizer: {
    maxIterations: iterations - resident.length,
    patience: iterations,
    hardCases: 1,
    rewritesPerHardCase: 4,
    seed,
  },
});

/** Resident bytes after each iteration. */
const resident = [];
let searches = 0;
const services = {
  environment: process.env,
  clock: Date.now,
  pmpoVersion: "0.0.0",
  onEvent: ({ type }) => {
    if (type !== "iteration-ended") return;
    resident.push(process.memoryUsage.rss());
    if (resident.length % 50 === 0) {
      say(`iteration ${resident.length}: ${megabytes(resident.at(-1))}`);
    }
  },
};
try {
  // A search that has no new ideas left ends before; the next one has another seed.
  for (; resident.length < iterations; searches++) {
    writeFileSync(join(folder, "pmpo.yaml"), JSON.stringify(settings(searches)));
    await startRun(await loadConfig(folder), {
      ...services,
      suffix: String(searches).padStart(4, "0"),
    });
  }
} finally {
  rmSync(folder, { recursive: true });
}

/** Slope of the least-squares line, bytes an iteration. */
function slope(values) {
  const [n, mean] = [values.length, values.reduce((sum, value) => sum + value, 0) / values.length];
  const middle = (n - 1) / 2;
  const products = values.reduce((sum, value, x) => sum + (x - middle) * (value - mean), 0);
  return products / values.reduce((sum, _, x) => sum + (x - middle) ** 2, 0);
}

const half = resident.slice(Math.floor(resident.length / 2));
const found = {
  iterations: resident.length,
  searches,
  peakBytes: process.resourceUsage().maxRSS * 1024,
  halfwayBytes: half[0],
  endBytes: half.at(-1),
  growthBytesPerIteration: slope(half),
};
say(
  `${found.iterations} iterations in ${searches} searches: ${megabytes(found.halfwayBytes)} half-way, ${megabytes(found.endBytes)} at the end, peak ${megabytes(found.peakBytes)}; ${(found.growthBytesPerIteration / 1024).toFixed(1)} KiB an iteration in the second half`,
);
if (flags.json) console.log(JSON.stringify(found));
