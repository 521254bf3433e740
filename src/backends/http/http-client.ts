import { setTimeout as delay } from "node:timers/promises";
import PQueue from "p-queue";
import pRetry from "p-retry";
import { Agent, fetch } from "undici";
import { PmpoError } from "../../core/errors.ts";
import { reasonOf } from "./fetch-failure.ts";
import {
  badReply,
  endpointClosed,
  HttpError,
  networkError,
  statusError,
  timeoutError,
  unsentError,
} from "./http-error.ts";
import { Patience } from "./patience.ts";
import { redactor } from "./redact.ts";
import {
  type HttpRequest,
  interruption,
  requestName,
  type SendOptions,
  type Transport,
} from "./transport.ts";

/** How an endpoint is reached. */
export interface HttpClientOptions {
  /** Without a slash at the end. */
  readonly url: string;
  /** Sent as a bearer token unless a request brings headers of its own, and shown nowhere. */
  readonly key: string | null;
  /** Requests under way at the same time. */
  readonly concurrency: number;
  /** For one request, from its first byte to the answer's last. */
  readonly timeoutMs: number;
  /** How long after its first failure a request is tried again. */
  readonly patienceMs: number;
  /** Told why when requests have to be tried again, once until one succeeds. */
  readonly onWait?: (reason: string) => void;
}

const FIRST_WAIT_MS = 500;
const LONGEST_BACKOFF_MS = 15_000;
const CONNECT_TIMEOUT_MS = 10_000;

/** The only place that talks to endpoints: queue, timeouts, retries, cancellation, errors for people. */
export class HttpClient implements Transport {
  readonly url: string;
  readonly place: string;
  readonly width: number = 1;
  readonly #options: HttpClientOptions;
  readonly #redact: (text: string) => string;
  // Node's own agent gives up on answers that take five minutes to begin, whatever we allow.
  readonly #agent: Agent = new Agent({
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: { timeout: CONNECT_TIMEOUT_MS },
  });
  readonly #queue: PQueue;
  readonly #lifetime = new AbortController();
  #isWaiting = false;

  constructor(options: HttpClientOptions) {
    this.url = options.url;
    this.place = options.url;
    this.#options = options;
    this.#redact = redactor(options.key);
    this.#queue = new PQueue({ concurrency: options.concurrency });
  }

  setConcurrency(requests: number): void {
    this.#queue.concurrency = requests;
  }

  async send(request: HttpRequest, options: SendOptions = {}): Promise<unknown> {
    const { signal: caller } = options;
    const closed = this.#lifetime.signal;
    const signal = caller === undefined ? closed : AbortSignal.any([closed, caller]);
    try {
      return await this.#queue.add(() => this.#persist(request, signal, options), { signal });
    } catch (error) {
      if (caller?.aborted === true) throw interruption(caller);
      if (closed.aborted) throw closed.reason;
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#lifetime.abort(endpointClosed());
    await this.#agent.destroy();
  }

  describe(request: HttpRequest): string {
    return requestName(this.url, request);
  }

  #persist(
    request: HttpRequest,
    signal: AbortSignal,
    { failFast = false }: SendOptions,
  ): Promise<unknown> {
    const patience = new Patience(this.#options.patienceMs, () => performance.now());
    return pRetry(() => this.#attempt(request, signal), {
      signal,
      retries: Infinity,
      minTimeout: FIRST_WAIT_MS,
      maxTimeout: LONGEST_BACKOFF_MS,
      randomize: true,
      shouldRetry: async ({ error }) => {
        if (!(error instanceof HttpError)) return false;
        if (failFast && error.code === "ENDPOINT_UNREACHABLE") return false;
        if (!patience.allows(error)) return false;
        this.#tellWait(error.message);
        await delay(Math.min(error.retryAfterMs, patience.leftMs), undefined, { signal });
        return true;
      },
    });
  }

  #tellWait(reason: string): void {
    if (!this.#isWaiting) this.#options.onWait?.(reason);
    this.#isWaiting = true;
  }

  async #attempt(request: HttpRequest, signal: AbortSignal): Promise<unknown> {
    const { key, timeoutMs } = this.#options;
    const name = this.describe(request);
    const timeout = AbortSignal.timeout(timeoutMs);
    const text = await this.#exchange(request, key, AbortSignal.any([signal, timeout])).catch(
      (error: unknown) => {
        if (signal.aborted || error instanceof PmpoError) throw error;
        if (timeout.aborted) throw timeoutError(name, timeoutMs);
        const { code, reason } = reasonOf(error);
        const shown = this.#redact(reason);
        throw code === null ? unsentError(name, shown) : networkError(name, code, shown);
      },
    );
    this.#isWaiting = false;
    try {
      return JSON.parse(text);
    } catch {
      const beginning = JSON.stringify(this.#redact(text).slice(0, 200));
      throw badReply(name, `the answer is not JSON: ${beginning}`);
    }
  }

  async #exchange(request: HttpRequest, key: string | null, signal: AbortSignal): Promise<string> {
    const { path, body, headers = bearer(key) } = request;
    const response = await fetch(`${this.url}${path}`, {
      method: body === undefined ? "GET" : "POST",
      headers: {
        accept: "application/json",
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      dispatcher: this.#agent,
      redirect: "manual",
      signal,
    });
    const text = await response.text();
    if (response.ok) return text;
    const location = response.headers.get("location");
    throw statusError(this.describe(request), {
      status: response.status,
      body: this.#redact(text),
      retryAfter: response.headers.get("retry-after"),
      location: location === null ? null : this.#redact(location),
    });
  }
}

function bearer(key: string | null): Readonly<Record<string, string>> {
  return key === null ? {} : { authorization: `Bearer ${key}` };
}
