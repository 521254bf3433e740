import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { setTimeout } from "node:timers/promises";
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

async function control(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<string> {
  if (!existsSync(SCRIPT)) {
    throw new Error(`${SCRIPT} is missing: PMPO_VLLM_SERVER names the script that runs vLLM`);
  }
  return (await promisify(execFile)(SCRIPT, args, { env: { ...process.env, ...environment } }))
    .stdout;
}

/** Starts the server where it does not run, and waits until it answers. Answers whether it did start it. */
export async function startVllm(environment?: Readonly<Record<string, string>>): Promise<boolean> {
  const said = await control(["start", String(PORT)], environment);
  return !said.startsWith("already running");
}

/** Ends the server, and waits until its port is free. */
export async function stopVllm(): Promise<void> {
  await control(["stop"]);
  const answers = (): Promise<boolean> =>
    fetch(`${VLLM_URL}/health`).then(
      () => true,
      () => false,
    );
  while (await answers()) await setTimeout(200);
}
