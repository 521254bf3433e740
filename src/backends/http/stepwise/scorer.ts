import type { RenderedPrompt } from "../../../core/candidate.ts";
import type { ScoreRequest } from "../../../core/model.ts";
import { together } from "../../../core/together.ts";
import { askAll } from "../ask-all.ts";
import { lengthRefusal } from "../characters/length-refusal.ts";
import type { CharacterScorer, ScoredCharacters } from "../characters/model.ts";
import type { BegunPrompt } from "../characters/vocabulary.ts";
import { ReplyProblem } from "../scoring-api.ts";
import type { Transport } from "../transport.ts";
import { estimateAnswer } from "./estimate.ts";
import type { NextTokens } from "./next-token.ts";
import type { ListedNext, StepwiseApi } from "./stepwise-api.ts";

/** Drawn so often before a server counts as saying nothing: some say nothing of half a character. */
const DRAWS = 3;

/**
 * Estimates answers from the likeliest next tokens that the server lists, one request for each token
 * of an answer.
 */
export class StepwiseScorer implements CharacterScorer {
  readonly #client: Transport;
  readonly #api: StepwiseApi;
  readonly #served: string;
  #hasListed = false;

  /** `served` is the model's name at the server. */
  constructor(client: Transport, api: StepwiseApi, served: string) {
    this.#client = client;
    this.#api = api;
    this.#served = served;
  }

  async score(
    requests: readonly ScoreRequest[],
    signal: AbortSignal | undefined,
  ): Promise<ScoredCharacters> {
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
    return { results, sent, cachedTokens };
  }

  async #askNext(prompt: BegunPrompt, seed: number, signal: AbortSignal): Promise<ListedNext> {
    const [next] = await askAll(
      this.#client,
      [this.#api.nextRequest(this.#served, prompt, seed)],
      (reply) => this.#checked(this.#api.readNext(reply)),
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
