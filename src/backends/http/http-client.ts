import { setTimeout as delay } from "node:timers/promises";
import PQueue from "p-queue";
import pRetry from "p-retry";
import { Agent, fetch } from "undici";
import { interruptedError, modelError, PmpoError } from "../../core/errors.ts";
import { together } from "../../core/together.ts";
import { reasonOf } from "./fetch-failure.ts";
import {
  badReply,
  HttpError,
  networkError,
  statusError,
  timeoutError,
  unsentError,
} from "./http-error.ts";
import { Patience } from "./patience.ts";
import { redactor } from "./redact.ts";

/** A request of an endpoint: posted as JSON where it has a body. Sending it twice does no harm. */
export interface HttpRequest {
  /** Behind the endpoint's address: `/v1/completions`. */
  readonly path: string;
  readonly body?: unknown;
  /** Sent in place of the bearer token, for services that take their key otherwise. */
  readonly headers?: Readonly<Record<string, string>>;
}

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

export interface SendOptions {
  readonly signal?: AbortSignal;
  /** Whether an endpoint where nothing answers is given up at once. */
  readonly failFast?: boolean;
}

const FIRST_WAIT_MS = 500;
const LONGEST_BACKOFF_MS = 15_000;
const CONNECT_TIMEOUT_MS = 10_000;

/** The only place that talks to endpoints: queue, timeouts, retries, cancellation, errors for people. */
export class HttpClient implements AsyncDisposable {
  readonly url: string;
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
    this.#options = options;
    this.#redact = redactor(options.key);
    this.#queue = new PQueue({ concurrency: options.concurrency });
  }

  /** The JSON of the answer. Rejects with an HttpError, or `interrupted` within a moment of the signal. */
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

  /** Asks several things at once; the first failure ends what is left of them. */
  async sendAll(
    requests: readonly HttpRequest[],
    { signal, ...options }: SendOptions = {},
  ): Promise<readonly unknown[]> {
    const send = (request: HttpRequest, either: AbortSignal): Promise<unknown> =>
      this.send(request, { ...options, signal: either });
    try {
      return await together(requests, send, signal);
    } catch (error) {
      throw signal?.aborted === true ? interruption(signal) : error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#lifetime.abort(
      modelError("ENDPOINT_CLOSED", "The model was closed and cannot be asked any more"),
    );
    await this.#agent.destroy();
  }

  /** As errors name a request. */
  describe({ path, body }: HttpRequest): string {
    return `${this.url}: ${body === undefined ? "GET" : "POST"} ${path}`;
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

/** Why the caller stopped the work, as an error that says so. */
function interruption({ reason }: AbortSignal): PmpoError {
  return reason instanceof PmpoError ? reason : interruptedError();
}
