import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout } from "node:timers/promises";

/** The llama-server to run: `benchmarks/llama-cpp/build.sh llama-server` builds one. */
export const LLAMA_SERVER: string | undefined = process.env["PMPO_LLAMA_SERVER"];
const PORT = 8110;

/** Where the server listens. */
export const LLAMA_SERVER_URL: string = `http://127.0.0.1:${PORT}`;

const START_SECONDS = 120;

/** Serves a GGUF file until it is disposed; two requests at a time, one thread. */
export async function startLlamaServer(path: string): Promise<AsyncDisposable> {
  const flags = ["--port", PORT, "--ctx-size", 4096, "--parallel", 2, "--threads", 1].map(String);
  const server = spawn(LLAMA_SERVER ?? "", ["--model", path, ...flags], { stdio: "ignore" });
  await answering(server);
  return {
    [Symbol.asyncDispose]: async () => {
      const gone = once(server, "exit");
      server.kill();
      await gone;
    },
  };
}

async function answering(server: ChildProcess): Promise<void> {
  for (let second = 0; second < START_SECONDS; second++) {
    if (server.exitCode !== null) throw new Error(`llama-server ended with ${server.exitCode}`);
    const isReady = await fetch(`${LLAMA_SERVER_URL}/health`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isReady) return;
    await setTimeout(1000);
  }
  server.kill();
  throw new Error(`llama-server did not answer within ${START_SECONDS} s`);
}
