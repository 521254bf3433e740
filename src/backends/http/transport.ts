import { interruptedError, PmpoError } from "../../core/errors.ts";
import { together } from "../../core/together.ts";

/** A request of an endpoint: posted as JSON where it has a body. Sending it twice does no harm. */
export interface HttpRequest {
  /** Behind the endpoint's address: `/v1/completions`. */
  readonly path: string;
  readonly body?: unknown;
  /** Sent in place of the bearer token, for services that take their key otherwise. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Tokens of prompts in it, and of what is to be written: by these endpoints share the work. Default 1. */
  readonly tokens?: number;
}

export interface SendOptions {
  readonly signal?: AbortSignal;
  /** Whether an endpoint where nothing answers is given up at once. */
  readonly failFast?: boolean;
  /** Whether the request is sent once, however it fails. */
  readonly once?: boolean;
}

/** What requests are sent through: one endpoint, or several that have the same model. */
export interface Transport extends AsyncDisposable {
  /** As messages name it. */
  readonly url: string;
  /** What of its address tells its models from those elsewhere; null where endpoints come and go. */
  readonly place: string | null;
  /** Endpoints that work is shared among. */
  readonly width: number;
  /** Lets so many requests be under way at an endpoint at the same time, from now on. */
  setConcurrency(requests: number): void;
  /** The JSON of the answer. Rejects with an HttpError, or `interrupted` within a moment of the signal. */
  send(request: HttpRequest, options?: SendOptions): Promise<unknown>;
  /** As errors name a request: with the endpoint that answered it, where one did. */
  describe(request: HttpRequest): string;
}

/** Asks several things at once; the first failure ends what is left of them. */
export async function sendAll(
  transport: Transport,
  requests: readonly HttpRequest[],
  { signal, ...options }: SendOptions = {},
): Promise<readonly unknown[]> {
  const send = (request: HttpRequest, either: AbortSignal): Promise<unknown> =>
    transport.send(request, { ...options, signal: either });
  try {
    return await together(requests, send, signal);
  } catch (error) {
    throw signal?.aborted === true ? interruption(signal) : error;
  }
}

/** As errors name a request of an endpoint. */
export function requestName(url: string, { path, body }: HttpRequest): string {
  return `${url}: ${body === undefined ? "GET" : "POST"} ${path}`;
}

/** Why the caller stopped the work, as an error that says so. */
export function interruption({ reason }: AbortSignal): PmpoError {
  return reason instanceof PmpoError ? reason : interruptedError();
}
