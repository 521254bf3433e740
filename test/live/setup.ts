import { startVllm, stopVllm } from "./vllm-server.ts";

/** One server for all live tests; one that ran before goes on running. */
export async function setup(): Promise<() => Promise<void>> {
  const isOurs = await startVllm();
  return async () => {
    if (isOurs) await stopVllm();
  };
}
