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
  type Sent,
  type TokenIds,
  type TokenLogProbs,
} from "../../../core/model.ts";
import { sentToWrite } from "../../../core/sent.ts";
import { together } from "../../../core/together.ts";
import { createPieceEncoder, type Encoder } from "../../encoding/encode-pieces.ts";
import { checkGenerateRequest, checkScoreRequest } from "../../request-checks.ts";
import { askAll } from "../ask-all.ts";
import { tokensIn } from "../batches.ts";
import type { WrittenText } from "../scoring-api.ts";
import type { HttpRequest, Transport } from "../transport.ts";
import { lengthRefusal } from "./length-refusal.ts";
import {
  type BegunPrompt,
  characterTexts,
  characterWriting,
  checkIsChat,
  promptOf,
  tokenizeCharacters,
} from "./vocabulary.ts";

/** How to speak to a server that takes texts alone. Readers throw ReplyProblem. */
export interface CharacterApi {
  /** As people call it. */
  readonly label: string;
  readonly takes: "chat" | "text";
  generateRequest(model: string, prompt: BegunPrompt, request: GenerateRequest): HttpRequest;
  readGeneration(reply: unknown, request: GenerateRequest): WrittenText;
}

/** How answers are scored by such a server. Each is one result per request, in order. */
export interface CharacterScorer {
  score(
    requests: readonly ScoreRequest[],
    signal: AbortSignal | undefined,
  ): Promise<ScoredCharacters>;
}

export interface ScoredCharacters {
  /** A token's number stands at its first character; the others have 0. */
  readonly results: readonly TokenLogProbs[];
  readonly sent: Sent;
  /** Of the tokens sent, those that the server had in its cache. */
  readonly cachedTokens: number;
}

interface CharacterModelParts {
  readonly client: Transport;
  readonly api: CharacterApi;
  /** Its name at the server. */
  readonly served: string;
  readonly scorer: CharacterScorer;
  readonly identity: ModelIdentity;
  readonly capabilities: ModelCapabilities;
}

/** A model at a server that takes texts alone: its ids are characters. */
export class CharacterModel implements LanguageModel {
  readonly identity: ModelIdentity;
  readonly capabilities: ModelCapabilities;
  readonly #parts: CharacterModelParts;
  readonly #encode: Encoder;

  constructor(parts: CharacterModelParts) {
    this.#parts = parts;
    this.identity = parts.identity;
    this.capabilities = parts.capabilities;
    this.#encode = createPieceEncoder(characterWriting(parts.api.takes), tokenizeCharacters);
  }

  async encode(requests: readonly EncodeRequest[]): Promise<readonly EncodedRequest[]> {
    return requests.length === 0 ? [] : this.#encode(requests);
  }

  tokenTexts(tokens: TokenIds): Promise<readonly string[]> {
    return Promise.resolve(characterTexts(tokens));
  }

  async score(
    requests: readonly ScoreRequest[],
    { signal, onUsage }: CallOptions = {},
  ): Promise<readonly TokenLogProbs[]> {
    if (requests.length === 0) return [];
    for (const request of requests) {
      checkScoreRequest(request, this.capabilities.contextTokens);
      if (this.#parts.api.takes === "chat") checkIsChat(request.context);
    }
    const { results, sent, cachedTokens } = await this.#parts.scorer.score(requests, signal);
    onUsage?.({
      ...NO_USAGE,
      calls: 1,
      requestedTokens: tokensIn(requests),
      evaluatedTokens: sent.tokens - cachedTokens,
      sent,
    });
    return results;
  }

  async generate(
    requests: readonly GenerateRequest[],
    { signal, onUsage }: CallOptions = {},
  ): Promise<readonly Generation[]> {
    if (requests.length === 0) return [];
    const { client, api, served } = this.#parts;
    for (const request of requests) {
      checkGenerateRequest(request, this.capabilities.contextTokens);
      if (api.takes === "chat") checkIsChat(request.context);
    }
    const answers = await together(
      requests,
      async (request, either) => {
        const asked = api.generateRequest(served, promptOf(request.context), request);
        const read = (reply: unknown): WrittenText => api.readGeneration(reply, request);
        try {
          const [answer] = await askAll(client, [asked], read, either);
          return answer as WrittenText;
        } catch (error) {
          throw lengthRefusal(request, error);
        }
      },
      signal,
    );
    const generatedTokens = sum(answers, ({ generation }) => generation.tokenCount);
    const requestedTokens = sum(requests, ({ context }) => context.length) + generatedTokens;
    const sent = sentToWrite(requests, this.capabilities);
    const saved = sum(answers, ({ cachedTokens }) => cachedTokens) + answers.length;
    const evaluatedTokens = Math.max(0, sent.tokens + generatedTokens - saved);
    onUsage?.({ ...NO_USAGE, calls: 1, requestedTokens, evaluatedTokens, generatedTokens, sent });
    return answers.map(({ generation }) => generation);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#parts.client[Symbol.asyncDispose]();
  }
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
