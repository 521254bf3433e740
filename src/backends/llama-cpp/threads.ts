import { existsSync, readdirSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";

const LINUX_CORES = "/sys/devices/system/cpu";
const LINUX_QUOTA = "/sys/fs/cgroup/cpu.max";

/** What a process may compute on. */
export interface Processors {
  /** Cores, however many threads each has; null where that is not known. */
  readonly physical: number | null;
  /** Hardware threads that this process may use. */
  readonly available: number;
  /** Processors' worth of time that a container is given; null without such a limit. */
  readonly quota: number | null;
}

/** Below this, fewer threads than cores are never faster. */
const FEWEST_TO_TRY = 4;

/**
 * Thread counts worth trying, the usual one first: one for each physical core. Where cores differ,
 * or a small model is spread over many, fewer are faster; on some machines hyper-threads help.
 */
export function threadCandidates(
  processors: Processors,
): readonly [usual: number, ...others: number[]] {
  const most = mostThreads(processors);
  const usual = Math.min(processors.physical ?? most, most);
  const fewer = [usual / 2, usual / 4].map(Math.floor).filter((count) => count >= FEWEST_TO_TRY);
  return [usual, ...new Set([most, ...fewer].filter((count) => count !== usual))];
}

/** More threads than this wait for each other: what the process may use of hardware threads. */
export function mostThreads({ available, quota }: Processors): number {
  return Math.max(1, Math.min(available, Math.ceil(quota ?? Infinity)));
}

/** One thread per physical core, and no more than this process may use. */
export function defaultThreads(): number {
  return threadCandidates(processors())[0];
}

/** What this process may compute on. */
export function processors(): Processors {
  return { physical: physicalCores(), available: availableParallelism(), quota: containerQuota() };
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

/** Containers see all processors of their host, and may be given little time on them. */
function containerQuota(): number | null {
  if (!existsSync(LINUX_QUOTA)) return null;
  return parseQuota(readFileSync(LINUX_QUOTA, "utf8"));
}

/** Processors from what Linux writes: microseconds of computing in so many of time, or `max`. */
export function parseQuota(text: string): number | null {
  const [time, period] = text.trim().split(/\s+/).map(Number);
  const share = (time as number) / (period as number);
  return Number.isFinite(share) && share > 0 ? share : null;
}
