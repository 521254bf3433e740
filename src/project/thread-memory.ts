import { cpus } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import type { ThreadMemory } from "../backends/llama-cpp/model.ts";
import { processors } from "../backends/llama-cpp/threads.ts";
import { rememberedThreads, rememberThreads } from "../store/threads-file.ts";

/** Processors at work beyond which a measurement would say more about the others' work. */
const BUSY = 0.5;
const LOOK_MILLISECONDS = 200;

/** Remembers in a folder which thread count is the fastest for those weights on this machine. */
export function threadMemory(
  folder: string,
  weightsSha256: string,
  gpu: "auto" | "off",
): ThreadMemory {
  const { physical, available, quota } = processors();
  const machine = [cpus()[0]?.model, physical, available, quota, `gpu ${gpu}`].join(" / ");
  const key = `${machine} / ${weightsSha256.slice(0, 16)}`;
  return {
    recall: () => rememberedThreads(folder, key),
    isWorthMeasuring: async () => (await busyProcessors()) < BUSY,
    keep: (threads) => rememberThreads(folder, key, threads),
  };
}

/** How many processors are at work at this moment, by their clocks. */
async function busyProcessors(): Promise<number> {
  const before = clocks();
  await sleep(LOOK_MILLISECONDS);
  const after = clocks();
  const [busy, all] = [after.busy - before.busy, after.all - before.all];
  return all === 0 ? 0 : (busy / all) * cpus().length;
}

function clocks(): { readonly busy: number; readonly all: number } {
  const times = cpus().map((cpu) => cpu.times);
  const all = times.reduce(
    (sum, { user, nice, sys, idle, irq }) => sum + user + nice + sys + idle + irq,
    0,
  );
  return { busy: all - times.reduce((sum, { idle }) => sum + idle, 0), all };
}
