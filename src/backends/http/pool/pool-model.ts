import { setTimeout as delay } from "node:timers/promises";
import { isEstimating } from "../../../core/endpoint.ts";
import { modelError, PmpoError, usageError } from "../../../core/errors.ts";
import type { LanguageModel } from "../../../core/model.ts";
import { chooseModel, servedModels } from "../endpoint-facts.ts";
import type { HttpClient } from "../http-client.ts";
import { HttpError } from "../http-error.ts";
import { connect, sensible } from "../connect.ts";
import { chosenApi, namedApi } from "../find-api.ts";
import {
  clientFor,
  CONCURRENCY,
  type HttpModelSettings,
  PATIENCE_SECONDS,
} from "../model-options.ts";
import { Patience } from "../patience.ts";
import { interruption, type Transport } from "../transport.ts";
import { EndpointPool } from "./endpoint-pool.ts";
import { noneAnswers } from "./failure.ts";
import { type Likeness, likenessOf, requireSame } from "./likeness.ts";

/** How to reach a model that several servers have. `concurrency` is of each of them. */
export interface HttpPoolOptions extends HttpModelSettings {
  /** The servers, without `/v1`: at least two. */
  readonly urls: readonly string[];
  /** Told when a server is left out and when it is back. */
  readonly onEndpoint?: (change: string) => void;
}

/**
 * Opens a model that several servers have as one. Those that do not answer are waited for; refuses
 * servers that have not the same model, and a model without sensible log-probabilities.
 */
export async function createHttpPool(options: HttpPoolOptions): Promise<LanguageModel> {
  return sensible(await connectHttpPool(options), options.urls.join(", "), options.signal);
}

/** The same, whatever the model's numbers are worth. */
export async function connectHttpPool(options: HttpPoolOptions): Promise<LanguageModel> {
  if (options.stepwise === true || isEstimating(options.api)) throw estimatesAtOne(options.urls);
  const members = options.urls.map((url) => clientOf(url, options));
  const pool = await poolOf(members, options).catch(async (error: unknown) => {
    await Promise.all(members.map((member) => member[Symbol.asyncDispose]()));
    throw error;
  });
  try {
    return await connect(pool, options, options.api === null ? chosenApi : namedApi);
  } catch (error) {
    await pool[Symbol.asyncDispose]();
    throw error;
  }
}

function estimatesAtOne(urls: readonly string[]): PmpoError {
  return usageError(
    "ENDPOINTS_ESTIMATE",
    `${urls.join(", ")}: answers are estimated at one server, not at several as one`,
    "Name one address, or leave out `stepwise`.",
  );
}

/** One try for each request: what fails at one server is for another. */
function clientOf(url: string, options: HttpModelSettings): HttpClient {
  return clientFor({ ...options, url, concurrency: Infinity, patienceSeconds: 0 });
}

/** The pool of the servers that have the same model, and of those that do not answer. */
async function poolOf(
  members: readonly Transport[],
  options: HttpPoolOptions,
): Promise<EndpointPool> {
  const looks = await firstLooks(members, options);
  const away = new Map(
    members.flatMap((member, index) => {
      const look = looks[index];
      return look instanceof HttpError ? [[member, look.message] as const] : [];
    }),
  );
  const [first, ...others] = looks.flatMap((look) => (look instanceof HttpError ? [] : [look]));
  if (first === undefined) throw noneAnswers([...away.values()]);
  others.forEach((other) => requireSame(first, other));
  const { concurrency = CONCURRENCY, patienceSeconds = PATIENCE_SECONDS, onEndpoint } = options;
  return new EndpointPool({
    members,
    away,
    seats: concurrency,
    patienceMs: 1000 * patienceSeconds,
    readmit: ({ url }, signal) => requireStillSame(first, url, { ...options, signal }),
    ...(onEndpoint === undefined ? {} : { onChange: onEndpoint }),
  });
}

const LOOK_AGAIN_MS = 500;

/** What the servers have. Those that answer and are only busy, with loading it may be, are waited for while there is no other. */
async function firstLooks(
  members: readonly Transport[],
  options: HttpPoolOptions,
): Promise<readonly (Likeness | HttpError)[]> {
  const { patienceSeconds = PATIENCE_SECONDS, signal } = options;
  const patience = new Patience(1000 * patienceSeconds, () => performance.now());
  for (let isTold = false; ; isTold = true) {
    const looks = await Promise.all(members.map((member) => lookAt(member, options)));
    const busy = looks.find(
      (look) => look instanceof HttpError && look.code !== "ENDPOINT_UNREACHABLE",
    );
    if (looks.some((look) => !(look instanceof HttpError))) return looks;
    if (!(busy instanceof HttpError) || !patience.allows(busy)) return looks;
    if (!isTold) options.onWait?.(busy.message);
    const wait = Math.min(Math.max(LOOK_AGAIN_MS, busy.retryAfterMs), patience.leftMs);
    await delay(wait, undefined, signal === undefined ? {} : { signal }).catch((error: unknown) => {
      throw signal?.aborted === true ? interruption(signal) : error;
    });
  }
}

const READMISSION_SECONDS = 60;

/** Refuses a server that hangs, does not answer, or has another model than the first one had. */
async function requireStillSame(
  first: Likeness,
  url: string,
  { timeoutSeconds = Infinity, ...options }: HttpModelSettings,
): Promise<void> {
  const limit = Math.min(timeoutSeconds, READMISSION_SECONDS);
  await using client = clientOf(url, { ...options, timeoutSeconds: limit });
  requireSame(first, await likenessAt(client, options));
}

/** What a server has; the failure of one that is away or busy. */
async function lookAt(member: Transport, options: HttpPoolOptions): Promise<Likeness | HttpError> {
  try {
    return await likenessAt(member, options);
  } catch (error) {
    if (error instanceof HttpError && error.isRetryable) return error;
    if (!(error instanceof PmpoError) || error.code !== "ENDPOINT_CANNOT_SCORE") throw error;
    throw modelError(error.code, error.message, {
      hint: "Several servers are one model only where they score. As rewriter or judge, name one of them alone.",
    });
  }
}

async function likenessAt(member: Transport, options: HttpModelSettings): Promise<Likeness> {
  const { url } = member;
  const model = await connect(member, options);
  const { id: served } = chooseModel(url, await servedModels(member), options.model);
  return likenessOf(model, { url, served }, options.signal);
}
