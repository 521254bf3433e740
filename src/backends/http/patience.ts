import type { HttpError } from "./http-error.ts";

/** Whether one request is tried again: after each of its failures, until its patience ends. */
export class Patience {
  readonly #patienceMs: number;
  readonly #now: () => number;
  #firstFailureAt: number | null = null;
  #failuresInARow = 0;

  /** `now` in milliseconds; what counts is the time since the first failure. */
  constructor(patienceMs: number, now: () => number) {
    this.#patienceMs = patienceMs;
    this.#now = now;
  }

  /** Told of every failure. Those that patience alone ends do not count among those of few retries. */
  allows({ retries }: HttpError): boolean {
    this.#firstFailureAt ??= this.#now();
    this.#failuresInARow = Number.isFinite(retries) ? this.#failuresInARow + 1 : 0;
    return this.#failuresInARow <= retries && this.leftMs > 0;
  }

  /** All of it before the first failure. */
  get leftMs(): number {
    const since = this.#firstFailureAt ?? this.#now();
    return Math.max(0, since + this.#patienceMs - this.#now());
  }
}
