import { createHash } from "node:crypto";
import type { ApiName } from "../../core/endpoint.ts";
import {
  type CallOptions,
  type EncodedRequest,
  type EncodeRequest,
  type GenerateRequest,
  type Generation,
  type LanguageModel,
  type ModelCapabilities,
  type ModelIdentity,
  NO_USAGE,
  type ScoreRequest,
  type TokenIds,
  type TokenLogProbs,
} from "../../core/model.ts";
import { createPieceEncoder, type Encoder } from "../encoding/encode-pieces.ts";
import { createTextTokenizer } from "../encoding/text-tokens.ts";
import { checkGenerateRequest, checkScoreRequest } from "../request-checks.ts";
import { APIS } from "./apis/all.ts";
import { batchesOf, type BatchLimits, sharedLimits, tokensIn } from "./batches.ts";
import {
  chooseApi,
  chooseModel,
  parametersByName,
  servedModels,
  type ServedModel,
  serverVersion,
} from "./endpoint-facts.ts";
import { HttpClient } from "./http-client.ts";
import { badReply } from "./http-error.ts";
import { ReplyProblem, type ScoringApi } from "./scoring-api.ts";
import { checkSense } from "./sense-check.ts";
import { type Ask, ServerTokenizer } from "./server-tokenizer.ts";
import { learnWriting, type ServerWriting } from "./server-writing.ts";
import { joinSteps, stepsOf } from "./steps.ts";
import { type HttpRequest, sendAll, type Transport } from "./transport.ts";

/** How to reach a model behind HTTP. */
export interface HttpModelOptions extends HttpModelSettings {
  /** The server, without `/v1`. */
  readonly url: string;
}

/** Which model of a server, and how to speak to that. */
export interface HttpModelSettings {
  /** The model's name there; null: the only one it has. */
  readonly model: string | null;
  /** As the user named the model. */
  readonly name: string;
  /** Null: found out. */
  readonly api: ApiName | null;
  /** Sent as a bearer token; null: none. */
  readonly key: string | null;
  /** Tokens of prompt and answer together; by default what the server says. */
  readonly contextTokens?: number;
  /** Requests under way at the same time; default 8. */
  readonly concurrency?: number;
  /** Tokens of prompts in one HTTP request at most; default 16,384. */
  readonly batchTokens?: number;
  /** For one HTTP request; default 600. */
  readonly timeoutSeconds?: number;
  /** How long requests are tried again while the server is away or busy; default 300. */
  readonly patienceSeconds?: number;
  /** Told why when requests have to be tried again, once until one succeeds. */
  readonly onWait?: (reason: string) => void;
  readonly signal?: AbortSignal;
}

/** Requests under way at one server at the same time, where nothing is said. */
export const CONCURRENCY = 8;
/** How long requests are tried again, where nothing is said. */
export const PATIENCE_SECONDS = 300;
const BATCH_TOKENS = 16_384;
const TIMEOUT_SECONDS = 600;
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
    return await connect(client, options);
  } catch (error) {
    await client[Symbol.asyncDispose]();
    throw error;
  }
}

/** The names of the models that an endpoint has. */
export async function endpointModels(options: HttpModelOptions): Promise<readonly string[]> {
  await using client = clientFor(options);
  return (await servedModels(client, options.signal)).map(({ id }) => id);
}

/** The client of one endpoint. */
export function clientFor(options: HttpModelOptions): HttpClient {
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

/** The model at what requests are sent through, which is closed with it. */
export async function connect(
  client: Transport,
  options: HttpModelSettings,
): Promise<LanguageModel> {
  const { url } = client;
  const { signal } = options;
  const served = chooseModel(url, await servedModels(client, signal), options.model);
  const api = APIS[chooseApi(url, served, options.api)];
  const version = await serverVersion(client, signal);
  const ask: Ask = (requests, read) => askAll(client, requests, read, signal);
  const tokenizer = new ServerTokenizer(api.tokenizer, served.id, ask);
  const writing = await learnWriting(tokenizer);
  const room = (served.contextTokens ?? USUAL_CONTEXT_TOKENS) - api.writtenTokens;
  const contextTokens = Math.min(options.contextTokens ?? Infinity, room);
  const capabilities: ModelCapabilities = {
    score: true,
    generate: true,
    chat: writing.chat,
    prefixSharing: api.prefixSharing,
    ...(api.prefixSharing ? {} : { prefixSharingNote: api.prefixSharingNote }),
    contextTokens,
    parameters: parametersByName(served),
  };
  const identity = await identityOf({ client, options, served, api, version, writing, tokenizer });
  const batch = { requests: api.batchRequests, tokens: options.batchTokens ?? BATCH_TOKENS };
  return new HttpModel({ client, api, tokenizer, writing, batch, served, identity, capabilities });
}

/** Sends requests together and reads every reply; what is wrong with one names its request. */
async function askAll<T>(
  client: Transport,
  requests: readonly HttpRequest[],
  read: (reply: unknown, index: number) => T,
  signal: AbortSignal | undefined,
): Promise<readonly T[]> {
  const replies = await sendAll(client, requests, signal === undefined ? {} : { signal });
  return replies.map((reply, index) => {
    try {
      return read(reply, index);
    } catch (error) {
      if (!(error instanceof ReplyProblem)) throw error;
      throw badReply(client.describe(requests[index] as HttpRequest), error.message, error.hint);
    }
  });
}

interface Connection {
  readonly client: Transport;
  readonly options: HttpModelSettings;
  readonly served: ServedModel;
  readonly api: ScoringApi;
  readonly version: string | null;
  readonly writing: ServerWriting;
  readonly tokenizer: ServerTokenizer;
}

/** A text of many kinds of characters: what tells tokenizers apart. */
const TOKENIZER_SAMPLE = "The 12 quick\n\n  foxes' naïve Größe — 東京, \t{x: 3.14}";

/** Weights cannot be seen from here: address, model and tokenizer stand for them. */
async function identityOf({
  client: { place },
  options: { name },
  served,
  api,
  version,
  writing,
  tokenizer,
}: Connection): Promise<ModelIdentity> {
  const [sample] = await tokenizer.tokenize([TOKENIZER_SAMPLE]);
  const { id, contextTokens } = served;
  // Endpoints that come and go may have the same weights in folders of their own.
  const root = place === null ? null : served.root;
  const facts = JSON.stringify([place, api.name, id, root, [...(sample as TokenIds)]]);
  return {
    name,
    weights: createHash("sha256").update(facts).digest("hex"),
    format: root === null || root === id ? id : `${id} (${root})`,
    engine: [
      version === null ? api.label : `${api.label} ${version}`,
      `context ${contextTokens ?? "unknown"}`,
    ].join(", "),
    template: writing.template,
  };
}

interface HttpModelParts {
  readonly client: Transport;
  readonly api: ScoringApi;
  readonly tokenizer: ServerTokenizer;
  readonly writing: ServerWriting;
  readonly batch: BatchLimits;
  readonly served: ServedModel;
  readonly identity: ModelIdentity;
  readonly capabilities: ModelCapabilities;
}

class HttpModel implements LanguageModel {
  readonly identity: ModelIdentity;
  readonly capabilities: ModelCapabilities;
  readonly #parts: HttpModelParts;
  readonly #encode: Encoder;

  constructor(parts: HttpModelParts) {
    this.#parts = parts;
    this.identity = parts.identity;
    this.capabilities = parts.capabilities;
    this.#encode = createPieceEncoder(
      parts.writing,
      createTextTokenizer((texts) => parts.tokenizer.tokenize(texts)),
    );
  }

  async encode(requests: readonly EncodeRequest[]): Promise<readonly EncodedRequest[]> {
    return requests.length === 0 ? [] : this.#encode(requests);
  }

  tokenTexts(tokens: TokenIds): Promise<readonly string[]> {
    return this.#parts.tokenizer.tokenTexts(tokens);
  }

  async score(
    requests: readonly ScoreRequest[],
    { signal, onUsage }: CallOptions = {},
  ): Promise<readonly TokenLogProbs[]> {
    if (requests.length === 0) return [];
    const { client, api, served, batch } = this.#parts;
    requests.forEach((request) => checkScoreRequest(request, this.capabilities.contextTokens));
    const asked = api.stepwise ? stepsOf(requests, await this.#piecesIn(requests)) : requests;
    const batches = batchesOf(asked, sharedLimits(batch, asked, client.width));
    const answers = await askAll(
      client,
      batches.map((each) => ({
        ...api.scoreRequest(served.id, each),
        tokens: tokensIn(each),
      })),
      (reply, index) => api.readScores(reply, batches[index] as readonly ScoreRequest[]),
      signal,
    );
    const requestedTokens = tokensIn(requests);
    const evaluatedTokens = tokensIn(asked) - sum(answers, ({ cachedTokens }) => cachedTokens);
    onUsage?.({ ...NO_USAGE, calls: 1, requestedTokens, evaluatedTokens });
    const results = answers.flatMap((answer) => answer.results);
    return api.stepwise ? joinSteps(requests, results) : results;
  }

  async generate(
    requests: readonly GenerateRequest[],
    { signal, onUsage }: CallOptions = {},
  ): Promise<readonly Generation[]> {
    if (requests.length === 0) return [];
    const { client, api, served } = this.#parts;
    requests.forEach((request) => checkGenerateRequest(request, this.capabilities.contextTokens));
    const answers = await askAll(
      client,
      requests.map((request) => ({
        ...api.generateRequest(served.id, request),
        tokens: request.context.length + request.maxTokens,
      })),
      (reply, index) => api.readGeneration(reply, requests[index] as GenerateRequest),
      signal,
    );
    const generatedTokens = sum(answers, ({ generation }) => generation.tokenCount);
    const requestedTokens = sum(requests, ({ context }) => context.length) + generatedTokens;
    // The last token of an answer is drawn and never evaluated.
    const saved = sum(answers, ({ cachedTokens }) => cachedTokens) + answers.length;
    const evaluatedTokens = requestedTokens - saved;
    onUsage?.({ ...NO_USAGE, calls: 1, requestedTokens, evaluatedTokens, generatedTokens });
    return answers.map(({ generation }) => generation);
  }

  /** The target tokens that are no whole characters. */
  async #piecesIn(requests: readonly ScoreRequest[]): Promise<ReadonlySet<number>> {
    const tokens = Int32Array.from(new Set(requests.flatMap(({ target }) => [...target])));
    const texts = await this.tokenTexts(tokens);
    return new Set(tokens.filter((_, index) => texts[index]?.includes("\uFFFD")));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#parts.client[Symbol.asyncDispose]();
  }
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
