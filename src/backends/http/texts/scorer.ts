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

/** A model at a server of texts. */
interface Place {
  readonly client: Transport;
  readonly api: TextScoringApi;
  /** Its name at the server. */
  readonly served: string;
}

/**
 * Scores answers by the tokens that a server makes of prompt and answer together, where those of the
 * prompt are the same as without the answer.
 */
export function textScorer(place: Place): CharacterScorer {
  return { score: (requests, signal) => scoreTexts(place, requests, signal) };
}

async function scoreTexts(
  place: Place,
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
      const prompt = prompts.get(text) ?? cutPrompt(place, text, asked, either);
      prompts.set(text, prompt);
      try {
        return await scoreOne(place, request, { text, prompt: await prompt }, asked, either);
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

async function cutPrompt(
  { client, api, served }: Place,
  text: string,
  asked: Asked[],
  signal: AbortSignal,
): Promise<PromptCut> {
  const requests = api.promptRequests(served, text);
  const prompt = await askAsOne(client, requests, (replies) => api.readPrompt(replies), signal);
  asked.push({ requests: requests.length, tokens: api.computesPrompt ? prompt.ids.length : 0 });
  return prompt;
}

function scoreOne(
  { client, api, served }: Place,
  request: ScoreRequest,
  { text, prompt }: { readonly text: string; readonly prompt: PromptCut },
  asked: Asked[],
  signal: AbortSignal,
): Promise<TokenLogProbs> {
  const { target } = request;
  const behind = target.at(-1) === END ? api.behindAnswer : "";
  const whole = `${text}${textOf(target)}${behind}`;
  const requests = api.scoreRequests(served, whole);
  return askAsOne(
    client,
    requests,
    (replies) => {
      const echoed = api.readScores(replies, { prompt, whole });
      asked.push({ requests: requests.length, tokens: echoed.ids.length });
      return cutAnswer(request, prompt.ids, echoed);
    },
    signal,
  );
}

/** Sends requests together and reads their replies as one. */
async function askAsOne<T>(
  client: Transport,
  requests: readonly HttpRequest[],
  read: (replies: readonly unknown[]) => T,
  signal: AbortSignal,
): Promise<T> {
  const replies = await sendAll(client, requests, { signal });
  try {
    return read(replies);
  } catch (error) {
    if (!(error instanceof ReplyProblem)) throw error;
    const last = requests.at(-1) as HttpRequest;
    throw badReply(client.describe(last), error.message, error.hint);
  }
}
