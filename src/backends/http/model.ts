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
import { batchesOf, type BatchLimits, sharedLimits, tokensIn } from "./batches.ts";
import type { ServedModel } from "./endpoint-facts.ts";
import { scoreBatches } from "./score-batches.ts";
import type { ScoringApi } from "./scoring-api.ts";
import type { ServerTokenizer } from "./server-tokenizer.ts";
import type { ServerWriting } from "./server-writing.ts";
import { joinSteps, stepsOf } from "./steps.ts";
import type { Transport } from "./transport.ts";

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
    const asked = api.stepwise ? stepsOf(requests, await this.#piecesIn(requests)) : requests;
    const batches = batchesOf(asked, sharedLimits(batch, asked, client.width));
    const answers = await scoreBatches({ client, api, model: served.id }, batches, signal);
    const requestedTokens = tokensIn(requests);
    const tokens = tokensIn(asked);
    const evaluatedTokens = tokens - sum(answers, ({ cachedTokens }) => cachedTokens);
    onUsage?.({
      ...NO_USAGE,
      calls: 1,
      requestedTokens,
      evaluatedTokens,
      ...(api.stepwise ? { sent: { requests: batches.length, tokens } } : {}),
    });
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
