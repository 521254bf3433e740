import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));

/** Runs a program to its end in a folder; what it printed is told where it fails. */
export async function run(program, args, folder) {
  const offline = { HF_HUB_OFFLINE: "1", HF_DATASETS_OFFLINE: "1" };
  const child = spawn(program, args, { cwd: folder, env: { ...offline, ...process.env } });
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text) => (printed = (printed + text).slice(-4000)));
  }
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`${program} ended with ${code}:\n${printed}`);
}

/** Starts `pmpo serve` on a free port. */
export async function startServer(model, threads) {
  const more = threads === undefined ? [] : ["--threads", threads];
  const args = [MAIN, "serve", "--model", model, "--port", "0", "--json", ...more];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = await Promise.race([
    once(child.stdout.setEncoding("utf8"), "data"),
    once(child, "close").then(() => Promise.reject(new Error("pmpo serve ended"))),
  ]);
  const end = async (signal) => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "close");
    process.kill(child.pid, signal);
    await ended;
  };
  return { ...JSON.parse(line), stop: () => end("SIGTERM"), kill: () => end("SIGKILL") };
}
