import { existsSync, readdirSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";

const LINUX_CORES = "/sys/devices/system/cpu";

/** One thread per physical core, and no more than this process may use. */
export function defaultThreads(): number {
  return Math.max(1, Math.min(physicalCores() ?? Infinity, availableParallelism()));
}

/** Counts cores by their sets of hyper-threads where Linux tells them; null elsewhere. */
function physicalCores(): number | null {
  if (!existsSync(LINUX_CORES)) return null;
  const siblings = readdirSync(LINUX_CORES)
    .filter((name) => /^cpu\d+$/.test(name))
    .map((name) => join(LINUX_CORES, name, "topology", "thread_siblings_list"))
    .filter((file) => existsSync(file))
    .map((file) => readFileSync(file, "utf8").trim());
  return siblings.length === 0 ? null : new Set(siblings).size;
}
