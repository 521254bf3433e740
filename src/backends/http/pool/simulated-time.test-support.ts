import { setImmediate } from "node:timers/promises";
import type { PoolClock } from "./clock.ts";

interface Timer {
  readonly at: number;
  readonly ring: () => void;
}

/** Time that passes only when nothing else is left to do. */
export class SimulatedTime implements PoolClock {
  #now = 0;
  #timers: Timer[] = [];

  now(): number {
    return this.#now;
  }

  wait(milliseconds: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(signal.reason);
        return;
      }
      const timer = {
        at: this.#now + milliseconds,
        ring: () => {
          signal.removeEventListener("abort", stop);
          resolve();
        },
      };
      const stop = (): void => {
        this.#timers = this.#timers.filter((each) => each !== timer);
        reject(signal.reason);
      };
      signal.addEventListener("abort", stop, { once: true });
      this.#timers.push(timer);
    });
  }

  /** Lets time pass until the work is settled. */
  async until<T>(work: Promise<T>): Promise<T> {
    const state = { isSettled: false };
    const settled = (): void => {
      state.isSettled = true;
    };
    work.then(settled, settled);
    for (;;) {
      await setImmediate();
      if (state.isSettled) return work;
      const at = Math.min(...this.#timers.map((timer) => timer.at));
      if (!Number.isFinite(at)) throw new Error("nothing is left to wait for");
      this.#now = at;
      const due = this.#timers.filter((timer) => timer.at === at);
      this.#timers = this.#timers.filter((timer) => timer.at !== at);
      for (const { ring } of due) ring();
    }
  }
}
