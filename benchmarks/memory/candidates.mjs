/**
 * How much memory does a run of many candidates take? Makes up the log of one with 50 training
 * examples, and prints the peak of resident memory of the commands that read it whole.
 *
 *   npm run build && node benchmarks/memory/candidates.mjs [--candidates 100,10000] [--examples 500] [--json]
 *
 * With --json the last line is a list of {"candidates":…,"command":…,"logBytes":…,"peakBytes":…,"seconds":…}.
 */
import { spawnSync } from "node:child_process";
import { readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { projectWithLongRun } from "../page/long-run.mjs";

const { values: flags } = parseArgs({
  options: {
    candidates: { type: "string", default: "100,10000" },
    examples: { type: "string", default: "500" },
    json: { type: "boolean", default: false },
  },
});
const say = (line) => (flags.json ? console.error(line) : console.log(line));
const CLI = join(import.meta.dirname, "../../dist/cli/main.js");
const PEAK = join(import.meta.dirname, "tell-peak.mjs");
const COMMANDS = ["show", "report", "runs"];
const megabytes = (bytes) => `${(bytes / 1e6).toFixed(0)} MB`;

/** Peak of resident memory, and seconds, of a command on a project. */
function measure(command, folder) {
  const begun = performance.now();
  const { status, output } = spawnSync(process.execPath, ["--import", PEAK, CLI, command], {
    cwd: folder,
    encoding: "utf8",
    stdio: ["ignore", "ignore", "inherit", "pipe"],
  });
  if (status !== 0) throw new Error(`pmpo ${command} ended with ${status}`);
  return { peakBytes: Number(output[3]), seconds: (performance.now() - begun) / 1000 };
}

function logBytes(folder) {
  const runs = join(folder, ".pmpo/runs");
  const [run] = readdirSync(runs);
  return statSync(join(runs, run, "events.jsonl")).size;
}

const found = [];
say("| candidates | log | command | peak memory | seconds |");
say("|---:|---:|---|---:|---:|");
for (const candidates of flags.candidates.split(",").map(Number)) {
  const { folder, later } = await projectWithLongRun(candidates, Number(flags.examples), 1);
  for (const write of later) write();
  try {
    for (const command of COMMANDS) {
      const size = logBytes(folder);
      const { peakBytes, seconds } = measure(command, folder);
      found.push({ candidates, command, logBytes: size, peakBytes, seconds });
      say(
        `| ${candidates.toLocaleString("en-US")} | ${megabytes(size)} | ${command} | ${megabytes(peakBytes)} | ${seconds.toFixed(1)} |`,
      );
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}
if (flags.json) console.log(JSON.stringify(found));
