import { setTimeout as delay } from "node:timers/promises";

/** Time as a pool has it. */
export interface PoolClock {
  /** Milliseconds since any moment. */
  now(): number;
  /** Rejects when the signal is aborted. */
  wait(milliseconds: number, signal: AbortSignal): Promise<void>;
}

export const REAL_CLOCK: PoolClock = {
  now: () => performance.now(),
  wait: (milliseconds, signal) => delay(milliseconds, undefined, { signal }),
};
