import { type HttpError, networkError, statusError } from "../http-error.ts";
import { type HttpRequest, requestName, type SendOptions, type Transport } from "../transport.ts";
import type { SimulatedTime } from "./simulated-time.test-support.ts";

/** How an endpoint behaves. Times in milliseconds. */
export interface Behaviour {
  readonly latency: number;
  /** When it is dead, from and to, in order. */
  readonly deaths: readonly (readonly [from: number, to: number])[];
  /** What it answers to one request after the other; always well once they are used up. */
  readonly statuses: readonly (200 | 429 | 500 | 503)[];
}

const NEVER = new AbortController().signal;

/** An endpoint of a simulation, and what it saw. */
export class SimulatedEndpoint implements Transport {
  readonly url: string;
  readonly place: string;
  readonly width = 1;
  /** Paths answered well, in order. */
  readonly answered: string[] = [];
  /** Most requests that were under way together. */
  most = 0;
  #underWay = 0;
  #asked = 0;
  readonly #behaviour: Behaviour;
  readonly #time: SimulatedTime;

  constructor(url: string, behaviour: Behaviour, time: SimulatedTime) {
    this.url = url;
    this.place = url;
    this.#behaviour = behaviour;
    this.#time = time;
  }

  setConcurrency(): void {}

  describe(request: HttpRequest): string {
    return requestName(this.url, request);
  }

  async send(request: HttpRequest, { signal = NEVER }: SendOptions = {}): Promise<unknown> {
    this.most = Math.max(this.most, ++this.#underWay);
    try {
      return await this.#answer(request, signal);
    } finally {
      this.#underWay--;
    }
  }

  /** Rejects where it is dead now. */
  async check(signal: AbortSignal): Promise<void> {
    await this.#time.wait(1, signal);
    if (this.#isDead) throw this.#noAnswer({ path: "/check" });
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  async #answer(request: HttpRequest, signal: AbortSignal): Promise<unknown> {
    const { latency, deaths, statuses } = this.#behaviour;
    const now = this.#time.now();
    const death = deaths.find(([from, to]) => from <= now + latency && now < to);
    if (death !== undefined) {
      await this.#time.wait(Math.max(1, death[0] - now), signal);
      throw this.#noAnswer(request);
    }
    await this.#time.wait(latency, signal);
    const status = statuses[this.#asked++] ?? 200;
    if (status !== 200) {
      const reply = { status, body: "no", retryAfter: null, location: null };
      throw statusError(this.describe(request), reply);
    }
    this.answered.push(request.path);
    return request.path;
  }

  get #isDead(): boolean {
    const now = this.#time.now();
    return this.#behaviour.deaths.some(([from, to]) => from <= now && now < to);
  }

  #noAnswer(request: HttpRequest): HttpError {
    return networkError(this.describe(request), "ECONNREFUSED", "connect ECONNREFUSED");
  }
}
