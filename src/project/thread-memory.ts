import { cpus, loadavg } from "node:os";
import type { ThreadMemory } from "../backends/llama-cpp/model.ts";
import { processors } from "../backends/llama-cpp/threads.ts";
import { rememberedThreads, rememberThreads } from "../store/threads-file.ts";

/** Processors at work beyond which a measurement would say more about the others' work. */
const BUSY = 0.5;

/** Remembers in a folder which thread count is the fastest for those weights on this machine. */
export function threadMemory(folder: string, weightsSha256: string): ThreadMemory {
  const { physical, available, quota } = processors();
  const machine = [cpus()[0]?.model, physical, available, quota].join(" / ");
  const key = `${machine} / ${weightsSha256.slice(0, 16)}`;
  return {
    recall: () => rememberedThreads(folder, key),
    isWorthMeasuring: () => (loadavg()[0] as number) < BUSY,
    keep: (threads) => rememberThreads(folder, key, threads),
  };
}
