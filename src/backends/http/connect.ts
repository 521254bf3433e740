import { isEstimating, scoresTexts } from "../../core/endpoint.ts";
import type { LanguageModel, ModelCapabilities } from "../../core/model.ts";
import { APIS } from "./apis/all.ts";
import { askAll } from "./ask-all.ts";
import {
  chooseApi,
  chooseModel,
  parametersByName,
  servedModels,
  serverVersion,
} from "./endpoint-facts.ts";
import { connectCharacters } from "./characters/connect-characters.ts";
import { bestApi, chosenApi, type FindApi, namedApi } from "./find-api.ts";
import { identityOf } from "./identity.ts";
import { serverOwning } from "./known-servers.ts";
import { HttpModel } from "./model.ts";
import {
  clientFor,
  type HttpModelOptions,
  type HttpModelSettings,
  type ServerOptions,
} from "./model-options.ts";
import { checkSense } from "./sense-check.ts";
import { type Ask, ServerTokenizer } from "./server-tokenizer.ts";
import { learnWriting } from "./server-writing.ts";
import type { Transport } from "./transport.ts";

const BATCH_TOKENS = 16_384;
/** Where neither server nor user says how long a context may be. */
const USUAL_CONTEXT_TOKENS = 4096;

/**
 * Opens a model behind HTTP, and refuses one that gives no log-probabilities of given tokens or
 * senseless ones. Rejects with a PmpoError of kind `model`.
 */
export async function createHttpModel(options: HttpModelOptions): Promise<LanguageModel> {
  return sensible(await connectHttpModel(options), options.url, options.signal);
}

/** The model, unless its numbers make no sense: then it is closed. */
export async function sensible(
  model: LanguageModel,
  url: string,
  signal: AbortSignal | undefined,
): Promise<LanguageModel> {
  try {
    await checkSense(model, url, signal);
    return model;
  } catch (error) {
    await model[Symbol.asyncDispose]();
    throw error;
  }
}

/** The same, whatever the model's numbers are worth. */
export async function connectHttpModel(options: HttpModelOptions): Promise<LanguageModel> {
  const client = clientFor(options);
  try {
    return await connect(client, options, options.api === null ? bestApi : namedApi);
  } catch (error) {
    await client[Symbol.asyncDispose]();
    throw error;
  }
}

/** The model that a server has under that name, or its only one, and whether it is known to score. */
export async function servedModel(
  options: ServerOptions,
): Promise<{ readonly model: string; readonly scores: boolean }> {
  await using client = clientFor(options);
  const models = await servedModels(client, options.signal);
  const served = chooseModel(options.url, models, options.model);
  const server = serverOwning(served.ownedBy);
  return { model: served.id, scores: server !== undefined && server.api !== null };
}

/** The names of the models that an endpoint has. */
export async function endpointModels(options: HttpModelOptions): Promise<readonly string[]> {
  await using client = clientFor(options);
  return (await servedModels(client, options.signal)).map(({ id }) => id);
}

/** The model at what requests are sent through, which is closed with it. */
export async function connect(
  client: Transport,
  options: HttpModelSettings,
  findApi: FindApi = chosenApi,
): Promise<LanguageModel> {
  const { url } = client;
  const { signal } = options;
  const served = chooseModel(url, await servedModels(client, signal), options.model);
  const chosen = chooseApi(url, served, options);
  const version = await serverVersion(client, served, chosen, signal);
  if (isEstimating(chosen) || scoresTexts(chosen)) {
    return connectCharacters(client, served, { api: chosen, version }, options);
  }
  const ask: Ask = (requests, read) => askAll(client, requests, read, signal);
  const tokenizer = new ServerTokenizer(APIS[chosen].tokenizer, served.id, ask);
  const writing = await learnWriting(tokenizer);
  const api = await findApi(chosen, { client, model: served.id, tokenizer, signal });
  if (options.concurrency === undefined && api.concurrency !== undefined) {
    client.setConcurrency(api.concurrency);
  }
  const room = (served.contextTokens ?? USUAL_CONTEXT_TOKENS) - api.writtenTokens;
  const contextTokens = Math.min(options.contextTokens ?? Infinity, room);
  const capabilities: ModelCapabilities = {
    score: true,
    generate: true,
    chat: writing.chat,
    prefixSharing: api.prefixSharing,
    ...(api.prefixSharing ? {} : { prefixSharingNote: api.prefixSharingNote }),
    ...(api.stepwise ? { stepwise: { isEstimate: false } } : {}),
    contextTokens,
    parameters: parametersByName(served),
  };
  const identity = await identityOf({ client, options, served, api, version, writing, tokenizer });
  const batch = { requests: api.batchRequests, tokens: options.batchTokens ?? BATCH_TOKENS };
  return new HttpModel({ client, api, tokenizer, writing, batch, served, identity, capabilities });
}
