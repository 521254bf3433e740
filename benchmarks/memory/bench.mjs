/**
 * Does reading data take memory that does not grow with the file? Writes files of 10,000 to
 * 1,000,000 rows to a temporary folder, reads each in a process of its own with a sample of 10,000
 * rows, and prints the peak of that process's resident memory.
 *
 *   npm run bench:memory [-- --rows 10000,100000,1000000] [--formats csv,jsonl,jsonl.gz,parquet]
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { writeRows } from "./write-rows.mjs";

const { values: flags } = parseArgs({
  options: {
    rows: { type: "string", default: "10000,100000,1000000" },
    formats: { type: "string", default: "csv,jsonl,jsonl.gz,parquet" },
  },
});
const CHILD = fileURLToPath(new URL("read-sample.mjs", import.meta.url));
const say = (line) => process.stdout.write(`${line}\n`);
const megabytes = (bytes) => `${(bytes / 1e6).toFixed(0)} MB`;

/** What reading a file cost: seconds, peak of resident memory in bytes, and the sample's fingerprint. */
function readIn(path) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [CHILD, path], {
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

const folder = mkdtempSync(join(tmpdir(), "pmpo-memory-"));
try {
  say("| file | rows | size | peak memory | seconds | kept |");
  say("|---|---:|---:|---:|---:|---:|");
  for (const format of flags.formats.split(",")) {
    for (const rows of flags.rows.split(",").map(Number)) {
      const path = join(folder, `rows-${rows}.${format}`);
      await writeRows(path, format, rows);
      const { peakBytes, seconds, kept } = readIn(path);
      const size = megabytes(statSync(path).size);
      say(
        `| ${format} | ${rows.toLocaleString("en-US")} | ${size} | ${megabytes(peakBytes)} | ${seconds.toFixed(1)} | ${kept.toLocaleString("en-US")} |`,
      );
      rmSync(path);
    }
  }
} finally {
  rmSync(folder, { recursive: true });
}
