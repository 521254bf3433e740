/** Reads the file that is named, keeping 10,000 rows, and prints what it cost as JSON. */
import { performance } from "node:perf_hooks";
import { readDataset } from "pmpo";

const [, , path] = process.argv;
const begun = performance.now();
const { examples } = await readDataset(path, { sample: { rows: 10_000, seed: 0 } });
const seconds = (performance.now() - begun) / 1000;
// Node gives kibibytes.
const peakBytes = process.resourceUsage().maxRSS * 1024;
process.stdout.write(JSON.stringify({ peakBytes, seconds, kept: examples.length }));
