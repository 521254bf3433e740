import { z } from "zod";
import { readGeneration, writingFields } from "../apis/openai-echo.ts";
import { plainTextOf } from "../characters/vocabulary.ts";
import { parseReply } from "../check-reply.ts";
import { ReplyProblem } from "../scoring-api.ts";
import type { HttpRequest } from "../transport.ts";
import { BLANK_LINE, type EchoedText, type ScoredTexts, type TextScoringApi } from "./text-api.ts";

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
  idsRequest: (_model, text) => encode(text),
  readIds,
  scoreRequests: (_model, { context, contextIds, whole }) => [
    encode(whole),
    meanOf(whole),
    // A token alone has nothing that it could be likely behind.
    ...(contextIds.length < 2 ? [] : [meanOf(context)]),
  ],
  readScores,
  generateRequest: (model, prompt, request) => ({
    path: "/v1/completions",
    body: { model, prompt: plainTextOf(prompt), ...writingFields(request) },
  }),
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

/** How far a sum may lie on the wrong side of 0 by rounding alone, nats. */
const ROUNDING = 0.01;

function readScores(
  [encoded, ofWhole, ofContext]: readonly unknown[],
  { contextIds }: ScoredTexts,
): EchoedText {
  const ids = readIds(encoded);
  const before = ofContext === undefined ? 0 : crossEntropy(ofContext, contextIds.length);
  const answer = crossEntropy(ofWhole, ids.length) - before;
  if (answer < -ROUNDING) {
    throw new ReplyProblem(
      `a text is likelier with its answer (${answer.toFixed(3)} nats) than without it`,
      "The server's numbers are not those of the tokens sent: it cannot score.",
    );
  }
  const count = ids.length - contextIds.length;
  return {
    ids,
    texts: null,
    logProbs: ids.map((_, place) =>
      place < contextIds.length ? null : -Math.max(0, answer) / count,
    ),
  };
}

/** Of all tokens but the first, nats; the server says their mean, despite its name. */
function crossEntropy(reply: unknown, tokens: number): number {
  return parseReply(z.object({ ppl: z.number() }), reply).ppl * (tokens - 1);
}
