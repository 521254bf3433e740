import { spawn } from "node:child_process";
import { answering } from "./answering.ts";

/** The llama-server to run: `benchmarks/llama-cpp/build.sh llama-server` builds one. */
export const LLAMA_SERVER: string | undefined = process.env["PMPO_LLAMA_SERVER"];
const PORT = 8110;

/** Where the server listens. */
export const LLAMA_SERVER_URL: string = `http://127.0.0.1:${PORT}`;

/** Serves a GGUF file until it is disposed; two requests at a time, one thread. */
export function startLlamaServer(path: string): Promise<AsyncDisposable> {
  const flags = ["--port", PORT, "--ctx-size", 4096, "--parallel", 2, "--threads", 1].map(String);
  const server = spawn(LLAMA_SERVER ?? "", ["--model", path, ...flags], { stdio: "ignore" });
  return answering(server, { name: "llama-server", url: LLAMA_SERVER_URL, path: "/health" });
}
