import { z } from "zod";
import { allWritingFields, readGeneration } from "../apis/openai-echo.ts";
import { textCompletion } from "../characters/text-completion.ts";
import { parseReply } from "../check-reply.ts";
import { ReplyProblem } from "../scoring-api.ts";
import type { HttpRequest } from "../transport.ts";
import {
  BLANK_LINE,
  type EchoedText,
  type PromptCut,
  type ScoredTexts,
  type TextScoringApi,
} from "./text-api.ts";

/**
 * LMDeploy from 0.16 on, started without prefix caching. `get_ppl` gives the mean cross-entropy of a
 * whole text: an answer's is what the text has more with it than without it, and each of its tokens gets
 * the mean.
 */
export const LMDEPLOY: TextScoringApi = {
  name: "lmdeploy",
  label: "LMDeploy",
  takes: "text",
  // What stood behind the blank line would be in the sum.
  behindAnswer: BLANK_LINE,
  computesPrompt: true,
  // It takes no text of a single token, which the begin token is.
  promptRequests: (_model, text) => [encode(text), ...(text === "" ? [] : [meanOf(text)])],
  readPrompt: readSum,
  scoreRequests: (_model, whole) => [encode(whole), meanOf(whole)],
  readScores,
  generateRequest: (model, prompt, request) =>
    textCompletion(model, prompt, { ...allWritingFields(request), repetition_penalty: 1 }),
  readGeneration,
};

function encode(input: string): HttpRequest {
  return { path: "/v1/encode", body: { input, do_preprocess: false, add_bos: true } };
}

function meanOf(input: string): HttpRequest {
  return { path: "/get_ppl", body: { input } };
}

function readIds(reply: unknown): readonly number[] {
  return parseReply(z.object({ input_ids: z.array(z.int()) }), reply).input_ids;
}

/** The ids of a text, and the cross-entropy of all tokens but the first; the server says its mean, despite the name. */
function readSum([encoded, ppl]: readonly unknown[]): PromptCut {
  const ids = readIds(encoded);
  if (ppl === undefined) return { ids, crossEntropy: 0 };
  const mean = parseReply(z.object({ ppl: z.number() }), ppl).ppl;
  return { ids, crossEntropy: mean * (ids.length - 1) };
}

/** How far a token's number may move from one pass to the next in half precision, nats. */
const NOISE_PER_TOKEN = 0.002;

function readScores(replies: readonly unknown[], { prompt }: ScoredTexts): EchoedText {
  const { ids, crossEntropy } = readSum(replies);
  const answer = (crossEntropy ?? 0) - (prompt.crossEntropy ?? 0);
  const before = prompt.ids.length;
  if (answer < -NOISE_PER_TOKEN * before) {
    throw new ReplyProblem(
      `a text is likelier with its answer (${answer.toFixed(3)} nats) than without it`,
      "The server's numbers are not those of the tokens sent: it cannot score.",
    );
  }
  const count = ids.length - before;
  return {
    ids,
    texts: null,
    logProbs: ids.map((_, place) => (place < before ? null : -Math.max(0, answer) / count)),
  };
}
