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
import { askAll } from "./ask-all.ts";
import { batchesOf } from "./batches.ts";
import type { ServedModel } from "./endpoint-facts.ts";
import type { HttpClient } from "./http-client.ts";
import type { ScoringApi } from "./scoring-api.ts";
import type { ServerTokenizer } from "./server-tokenizer.ts";
import type { ServerWriting } from "./server-writing.ts";

interface HttpModelParts {
  readonly client: HttpClient;
  readonly api: ScoringApi;
  readonly tokenizer: ServerTokenizer;
  readonly writing: ServerWriting;
  readonly batch: { readonly requests: number; readonly tokens: number };
  readonly served: ServedModel;
  readonly identity: ModelIdentity;
  readonly capabilities: ModelCapabilities;
}

/** A model at a server whose interface, tokenizer and template are known. */
export class HttpModel implements LanguageModel {
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
    const batches = batchesOf(requests, batch);
    const answers = await askAll(
      client,
      batches.map((each) => api.scoreRequest(served.id, each)),
      (reply, index) => api.readScores(reply, batches[index] as readonly ScoreRequest[]),
      signal,
    );
    const requestedTokens = sum(requests, ({ context, target }) => context.length + target.length);
    const evaluatedTokens = requestedTokens - sum(answers, ({ cachedTokens }) => cachedTokens);
    onUsage?.({ ...NO_USAGE, calls: 1, requestedTokens, evaluatedTokens });
    return answers.flatMap(({ results }) => results);
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
      requests.map((request) => api.generateRequest(served.id, request)),
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

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#parts.client[Symbol.asyncDispose]();
  }
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
