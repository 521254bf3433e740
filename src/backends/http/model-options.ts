import type { ModelApiName } from "../../core/endpoint.ts";
import { HttpClient } from "./http-client.ts";

/** How a server is spoken to; what is left out is left to pmpo. */
export interface ClientOptions {
  /** The server, without `/v1`. */
  readonly url: string;
  /** Sent as a bearer token; null: none. */
  readonly key: string | null;
  /** Requests under way at the same time; default 8, or what the interface asks for. */
  readonly concurrency?: number;
  /** For one HTTP request; default 600. */
  readonly timeoutSeconds?: number;
  /** How long requests are tried again while the server is away or busy; default 300. */
  readonly patienceSeconds?: number;
  /** Told why when requests have to be tried again, once until one succeeds. */
  readonly onWait?: (reason: string) => void;
}

/** A model at a server. */
export interface ServerOptions extends ClientOptions {
  /** The model's name there; null: the only one it has. */
  readonly model: string | null;
  readonly signal?: AbortSignal;
}

/** How to reach a model behind HTTP. */
export interface HttpModelOptions extends ServerOptions {
  /** As the user named the model. */
  readonly name: string;
  /** Null: found out. */
  readonly api: ModelApiName | null;
  /** Whether answers may be estimated, by one request for each of their tokens; default false. */
  readonly stepwise?: boolean;
  /** Tokens of prompt and answer together; by default what the server says. */
  readonly contextTokens?: number;
  /** Tokens of prompts in one HTTP request at most; default 16,384. */
  readonly batchTokens?: number;
}

/** Which model of a server, and how to speak to that. */
export type HttpModelSettings = Omit<HttpModelOptions, "url">;

/** Requests under way at one server at the same time, where nothing is said. */
export const CONCURRENCY = 8;
/** How long requests are tried again, where nothing is said. */
export const PATIENCE_SECONDS = 300;
const TIMEOUT_SECONDS = 600;

/** A client for a server. */
export function clientFor(options: ClientOptions): HttpClient {
  return new HttpClient({
    url: options.url,
    key: options.key,
    concurrency: options.concurrency ?? CONCURRENCY,
    // Timers take whole milliseconds, of which 1.001 seconds would not be.
    timeoutMs: Math.max(1, Math.round(1000 * (options.timeoutSeconds ?? TIMEOUT_SECONDS))),
    patienceMs: 1000 * (options.patienceSeconds ?? PATIENCE_SECONDS),
    ...(options.onWait === undefined ? {} : { onWait: options.onWait }),
  });
}
