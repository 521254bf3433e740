import type { RenderedPrompt } from "../../../core/candidate.ts";
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
  type Stepwise,
  type TokenIds,
  type TokenLogProbs,
} from "../../../core/model.ts";
import { modelError, PmpoError } from "../../../core/errors.ts";
import { sentToWrite } from "../../../core/stepwise.ts";
import { together } from "../../../core/together.ts";
import { createPieceEncoder, type Encoder } from "../../encoding/encode-pieces.ts";
import { checkGenerateRequest, checkScoreRequest } from "../../request-checks.ts";
import { askAll } from "../ask-all.ts";
import { tokensIn } from "../batches.ts";
import { ReplyProblem } from "../scoring-api.ts";
import { isTooLong } from "../too-long.ts";
import type { Transport } from "../transport.ts";
import {
  type BegunPrompt,
  characterTexts,
  characterWriting,
  checkIsChat,
  promptOf,
  tokenizeCharacters,
} from "./characters.ts";
import { estimateAnswer } from "./estimate.ts";
import type { NextTokens } from "./next-token.ts";
import type { ListedNext, StepwiseApi } from "./stepwise-api.ts";

interface StepwiseParts {
  readonly client: Transport;
  readonly api: StepwiseApi;
  /** Its name at the server. */
  readonly served: string;
  readonly identity: ModelIdentity;
  readonly capabilities: ModelCapabilities;
}

/** A token has four characters of English, about. */
export const STEPWISE: Stepwise = { idsPerToken: 4, isEstimate: true };

/** Drawn so often before a server counts as saying nothing: some say nothing of half a character. */
const DRAWS = 3;

/**
 * A model at a server that takes texts alone: its tokens are characters, and answers are estimated
 * from the likeliest next tokens that the server lists, one request for each token of an answer.
 */
export class StepwiseModel implements LanguageModel {
  readonly identity: ModelIdentity;
  readonly capabilities: ModelCapabilities;
  readonly #parts: StepwiseParts;
  readonly #encode: Encoder;
  #hasListed = false;

  constructor(parts: StepwiseParts) {
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
    const sent = { requests: 0, tokens: 0 };
    let cachedTokens = 0;
    // Answers behind one prompt begin alike: what comes next there is asked once.
    const known = new Map<string, Promise<NextTokens>>();
    const ask = async (
      prompt: RenderedPrompt,
      begun: string,
      either: AbortSignal,
    ): Promise<NextTokens> => {
      for (let seed = 0; seed < DRAWS; seed++) {
        const next = await this.#askNext({ prompt, begun }, seed, either);
        sent.requests++;
        sent.tokens += next.promptTokens;
        cachedTokens += next.cachedTokens;
        if (next.listed.length > 0) return next.listed;
      }
      return [];
    };
    const results = await together(
      requests,
      (request, either) =>
        estimateAnswer(request, (prompt, begun) => {
          const key = JSON.stringify([prompt, begun]);
          const found = known.get(key) ?? ask(prompt, begun, either);
          known.set(key, found);
          return found;
        }).catch((error: unknown) => {
          throw lengthRefusal(request, error);
        }),
      signal,
    );
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
    const answers = await askAll(
      client,
      requests.map((request) => api.generateRequest(served, promptOf(request.context), request)),
      (reply, index) => api.readGeneration(reply, requests[index] as GenerateRequest),
      signal,
    );
    const generatedTokens = sum(answers, ({ generation }) => generation.tokenCount);
    const requestedTokens = sum(requests, ({ context }) => context.length) + generatedTokens;
    const sent = sentToWrite(requests, STEPWISE);
    const saved = sum(answers, ({ cachedTokens }) => cachedTokens) + answers.length;
    const evaluatedTokens = Math.max(0, sent.tokens + generatedTokens - saved);
    onUsage?.({ ...NO_USAGE, calls: 1, requestedTokens, evaluatedTokens, generatedTokens, sent });
    return answers.map(({ generation }) => generation);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#parts.client[Symbol.asyncDispose]();
  }

  async #askNext(prompt: BegunPrompt, seed: number, signal: AbortSignal): Promise<ListedNext> {
    const { client, api, served } = this.#parts;
    const [next] = await askAll(
      client,
      [api.nextRequest(served, prompt, seed)],
      (reply) => this.#checked(api.readNext(reply)),
      signal,
    );
    return next as ListedNext;
  }

  /** A server that never lists anything is not taken for one whose lists are short. */
  #checked(next: ListedNext): ListedNext {
    this.#hasListed ||= next.listed.length > 0;
    if (this.#hasListed) return next;
    throw new ReplyProblem(
      "there are no log-probabilities of likely tokens in the answer",
      "The server ignores `logprobs`, so nothing can be estimated. As rewriter or judge it serves as it is.",
    );
  }
}

/** What fits is guessed here and known at the server: its refusal is one of that prompt, not of all work. */
function lengthRefusal({ id }: ScoreRequest, error: unknown): unknown {
  if (!(error instanceof PmpoError) || !isTooLong(error)) return error;
  return modelError("CONTEXT_OVERFLOW", `${id} does not fit the context: ${error.message}`, {
    hint: "Shorten the example, or use fewer demonstrations.",
  });
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
