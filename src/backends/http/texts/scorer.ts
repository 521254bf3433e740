import type { ScoreRequest, TokenLogProbs } from "../../../core/model.ts";
import { together } from "../../../core/together.ts";
import { lengthRefusal } from "../characters/length-refusal.ts";
import type { CharacterScorer, ScoredCharacters } from "../characters/model.ts";
import { END, plainTextOf, promptOf, textOf } from "../characters/vocabulary.ts";
import { badReply } from "../http-error.ts";
import { ReplyProblem } from "../scoring-api.ts";
import { type HttpRequest, sendAll, type Transport } from "../transport.ts";
import { cutAnswer } from "./cut-answer.ts";
import type { PromptCut, TextScoringApi } from "./text-api.ts";

interface Asked {
  readonly requests: number;
  /** That the model computes. */
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
    const asked: Asked[] = [];
    // Answers behind one prompt: how that is cut is asked once.
    const prompts = new Map<string, Promise<PromptCut>>();
    const results = await together(
      requests,
      async (request, either) => {
        const text = plainTextOf(promptOf(request.context));
        const prompt = prompts.get(text) ?? this.#cut(text, asked, either);
        prompts.set(text, prompt);
        try {
          return await this.#scored(request, { text, prompt: await prompt }, asked, either);
        } catch (error) {
          throw lengthRefusal(request, error);
        }
      },
      signal,
    );
    return {
      results,
      sent: {
        requests: asked.reduce((sum, each) => sum + each.requests, 0),
        tokens: asked.reduce((sum, { tokens }) => sum + tokens, 0),
      },
      cachedTokens: 0,
    };
  }

  async #cut(text: string, asked: Asked[], signal: AbortSignal): Promise<PromptCut> {
    const { computesPrompt } = this.#api;
    const requests = this.#api.promptRequests(this.#served, text);
    const prompt = await this.#ask(requests, (replies) => this.#api.readPrompt(replies), signal);
    asked.push({ requests: requests.length, tokens: computesPrompt ? prompt.ids.length : 0 });
    return prompt;
  }

  async #scored(
    request: ScoreRequest,
    { text, prompt }: { readonly text: string; readonly prompt: PromptCut },
    asked: Asked[],
    signal: AbortSignal,
  ): Promise<TokenLogProbs> {
    const { target } = request;
    const behind = target.at(-1) === END ? this.#api.behindAnswer : "";
    const whole = `${text}${textOf(target)}${behind}`;
    const requests = this.#api.scoreRequests(this.#served, whole);
    return this.#ask(
      requests,
      (replies) => {
        const echoed = this.#api.readScores(replies, { prompt, whole });
        asked.push({ requests: requests.length, tokens: echoed.ids.length });
        return cutAnswer(request, prompt.ids, echoed);
      },
      signal,
    );
  }

  /** Sends requests together and reads their replies as one. */
  async #ask<T>(
    requests: readonly HttpRequest[],
    read: (replies: readonly unknown[]) => T,
    signal: AbortSignal,
  ): Promise<T> {
    const replies = await sendAll(this.#client, requests, { signal });
    try {
      return read(replies);
    } catch (error) {
      if (!(error instanceof ReplyProblem)) throw error;
      const last = requests.at(-1) as HttpRequest;
      throw badReply(this.#client.describe(last), error.message, error.hint);
    }
  }
}
