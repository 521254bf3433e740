/**
 * How long a user waits before anything happens, and what an install takes.
 *
 *   npm run bench:start -- [--json] [--rounds 15]
 *
 * `pmpo --help`, interleaved with a Node that does nothing; the first score of a cached small model,
 * as a fresh process; bytes of the packages that users get. With --json the last line is
 * {"helpMilliseconds":…,"nodeMilliseconds":…,"firstScoreSeconds":…,"installBytes":…}.
 */
import { spawnSync } from "node:child_process";
import { lstatSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import { median } from "../median.mjs";
import { smallModelPath } from "../small-model.mjs";

const { values: flags } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    rounds: { type: "string", default: "15" },
  },
});
const SCORE_ROUNDS = 5;
const HELP_LIMIT_MILLISECONDS = 150;
const SCORE_LIMIT_SECONDS = 2;

/** Milliseconds that a process takes. */
function timed(args) {
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`node ${args.join(" ")} ended with ${status}: ${stderr}`);
  return performance.now() - start;
}

function bytesIn(path) {
  const stat = lstatSync(path);
  if (!stat.isDirectory()) return stat.size;
  return readdirSync(path).reduce((sum, name) => sum + bytesIn(join(path, name)), 0);
}

/** Of the packages that `npm install pmpo` brings, without pmpo itself. */
function installBytes() {
  const listed = spawnSync("npm", ["ls", "--omit=dev", "--all", "--parseable"], {
    encoding: "utf8",
  });
  const folders = listed.stdout.trim().split("\n").slice(1);
  const nested = (folder) =>
    folders.some((other) => other !== folder && !relative(other, folder).startsWith(".."));
  return folders
    .filter((folder) => !nested(folder))
    .reduce((sum, folder) => sum + bytesIn(folder), 0);
}

await smallModelPath();
const rounds = Array.from({ length: Number(flags.rounds) }, () => ({
  help: timed(["dist/cli/main.js", "--help"]),
  node: timed(["--eval", "0"]),
}));
const score = ["dist/cli/main.js", "score", "examples/ticket-router", "--limit", "1"];
const found = {
  helpMilliseconds: median(rounds.map(({ help }) => help)),
  nodeMilliseconds: median(rounds.map(({ node }) => node)),
  firstScoreSeconds: median(Array.from({ length: SCORE_ROUNDS }, () => timed(score))) / 1000,
  installBytes: installBytes(),
};
if (flags.json) {
  console.log(JSON.stringify(found));
} else {
  const { helpMilliseconds, nodeMilliseconds, firstScoreSeconds } = found;
  console.log(
    `pmpo --help ${helpMilliseconds.toFixed(0)} ms (at most ${HELP_LIMIT_MILLISECONDS}), of which Node ${nodeMilliseconds.toFixed(0)} ms; ratio ${(helpMilliseconds / nodeMilliseconds).toFixed(2)}`,
  );
  console.log(
    `first score of a cached model ${firstScoreSeconds.toFixed(2)} s (at most ${SCORE_LIMIT_SECONDS})`,
  );
  console.log(`installed packages ${(found.installBytes / 1e6).toFixed(0)} MB`);
}
