import type { ScoreRequest, TokenLogProbs } from "../../../core/model.ts";
import { together } from "../../../core/together.ts";
import { askAll } from "../ask-all.ts";
import { lengthRefusal } from "../characters/length-refusal.ts";
import type { CharacterScorer, ScoredCharacters } from "../characters/model.ts";
import { END, plainTextOf, promptOf, textOf } from "../characters/vocabulary.ts";
import { badReply } from "../http-error.ts";
import { ReplyProblem } from "../scoring-api.ts";
import { TokenMemo } from "../token-memo.ts";
import { type HttpRequest, sendAll, type Transport } from "../transport.ts";
import { cutAnswer } from "./cut-answer.ts";
import type { ScoredTexts, TextScoringApi } from "./text-api.ts";

interface ScoredAnswer {
  readonly result: TokenLogProbs;
  readonly requests: number;
  /** Of prompt and answer. */
  readonly tokens: number;
}

/**
 * Scores answers by the tokens that a server makes of prompt and answer together, where those of the
 * prompt are the same as without the answer.
 */
export class TextScorer implements CharacterScorer {
  readonly #client: Transport;
  readonly #api: TextScoringApi;
  readonly #served: string;
  readonly #known = new TokenMemo();

  /** `served` is the model's name at the server. */
  constructor(client: Transport, api: TextScoringApi, served: string) {
    this.#client = client;
    this.#api = api;
    this.#served = served;
  }

  async score(
    requests: readonly ScoreRequest[],
    signal: AbortSignal | undefined,
  ): Promise<ScoredCharacters> {
    // Answers behind one prompt: how that is cut is asked once.
    const asked = new Map<string, Promise<readonly number[]>>();
    const answers = await together(
      requests,
      async (request, either) => {
        const context = plainTextOf(promptOf(request.context));
        const ids = asked.get(context) ?? this.#idsOf(context, either);
        asked.set(context, ids);
        try {
          return await this.#scored(request, { context, contextIds: await ids }, either);
        } catch (error) {
          throw lengthRefusal(request, error);
        }
      },
      signal,
    );
    return {
      results: answers.map(({ result }) => result),
      sent: {
        requests: sum(answers, (answer) => answer.requests),
        tokens: sum(answers, (answer) => answer.tokens),
      },
      cachedTokens: 0,
    };
  }

  async #scored(
    request: ScoreRequest,
    prompt: Omit<ScoredTexts, "whole">,
    signal: AbortSignal,
  ): Promise<ScoredAnswer> {
    const { target } = request;
    const behind = target.at(-1) === END ? this.#api.behindAnswer : "";
    const texts = { ...prompt, whole: `${prompt.context}${textOf(target)}${behind}` };
    const requests = this.#api.scoreRequests(this.#served, texts);
    const replies = await sendAll(this.#client, requests, { signal });
    try {
      const echoed = this.#api.readScores(replies, texts);
      return {
        result: cutAnswer(request, prompt.contextIds, echoed),
        requests: requests.length,
        tokens: echoed.ids.length,
      };
    } catch (error) {
      if (!(error instanceof ReplyProblem)) throw error;
      const last = requests.at(-1) as HttpRequest;
      throw badReply(this.#client.describe(last), error.message, error.hint);
    }
  }

  async #idsOf(text: string, signal: AbortSignal): Promise<readonly number[]> {
    const known = this.#known.get(text);
    if (known !== undefined) return [...known];
    const request = this.#api.idsRequest(this.#served, text);
    const [ids = []] = await askAll(
      this.#client,
      [request],
      (reply) => this.#api.readIds(reply),
      signal,
    );
    this.#known.set(text, Int32Array.from(ids));
    return ids;
  }
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
