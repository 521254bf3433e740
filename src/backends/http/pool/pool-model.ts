import type { LanguageModel } from "../../../core/model.ts";
import { chooseModel, servedModels } from "../endpoint-facts.ts";
import type { HttpClient } from "../http-client.ts";
import { HttpError } from "../http-error.ts";
import { connect, sensible } from "../connect.ts";
import {
  clientFor,
  CONCURRENCY,
  type HttpModelSettings,
  PATIENCE_SECONDS,
} from "../model-options.ts";
import type { Transport } from "../transport.ts";
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
  const members = options.urls.map((url) => clientOf(url, options));
  const pool = await poolOf(members, options).catch(async (error: unknown) => {
    await Promise.all(members.map((member) => member[Symbol.asyncDispose]()));
    throw error;
  });
  try {
    return await connect(pool, options);
  } catch (error) {
    await pool[Symbol.asyncDispose]();
    throw error;
  }
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
  const looks = await Promise.all(members.map((member) => lookAt(member, options)));
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
    throw error;
  }
}

async function likenessAt(member: Transport, options: HttpModelSettings): Promise<Likeness> {
  const { url } = member;
  const model = await connect(member, options);
  const { id: served } = chooseModel(url, await servedModels(member), options.model);
  return likenessOf(model, { url, served }, options.signal);
}
