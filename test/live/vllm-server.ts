import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { promisify } from "node:util";

/**
 * The script that installs, starts and stops a real vLLM server: `install`, `start PORT`, `stop`.
 * It serves SmolLM2 135M Instruct under the name `smollm2`.
 */
const SCRIPT: string = resolve(process.env["PMPO_VLLM_SERVER"] ?? "../shared/servers/vllm-cpu");
const PORT = 8100;

/** Where the server listens. */
export const VLLM_URL: string = `http://127.0.0.1:${PORT}`;
/** The model at the server. */
export const VLLM_MODEL: string = `${VLLM_URL}#smollm2`;

async function control(...args: readonly string[]): Promise<void> {
  if (!existsSync(SCRIPT)) {
    throw new Error(`${SCRIPT} is missing: PMPO_VLLM_SERVER names the script that runs vLLM`);
  }
  await promisify(execFile)(SCRIPT, args);
}

/** Starts the server where it does not run, and waits until it answers. */
export async function startVllm(): Promise<void> {
  await control("start", String(PORT));
}

/** Ends the server at once. */
export async function stopVllm(): Promise<void> {
  await control("stop");
}
