import { z } from "zod";
import { allWritingFields, readGeneration } from "../apis/openai-echo.ts";
import { textCompletion, textEcho } from "../characters/text-completion.ts";
import { parseReply } from "../check-reply.ts";
import { ReplyProblem } from "../scoring-api.ts";
import type { HttpRequest } from "../transport.ts";
import { type EchoedText, type ScoredTexts, type TextScoringApi, NEXT_LINE } from "./text-api.ts";

/**
 * The server of llama-cpp-python. Its echo reads the row of scores at each token's place among those
 * without a begin token: right where the model has such a token, and one place off where it has none.
 */
export const LLAMA_CPP_PYTHON: TextScoringApi = {
  name: "llama-cpp-python",
  label: "llama-cpp-python",
  takes: "text",
  behindAnswer: NEXT_LINE,
  // It works on one request at a time.
  concurrency: 1,
  computesPrompt: false,
  promptRequests: (model, text) => [tokenize(model, text)],
  readPrompt: ([reply]) => ({ ids: readIds(reply), crossEntropy: null }),
  scoreRequests: (model, whole) => [tokenize(model, whole), textEcho(model, whole)],
  readScores,
  generateRequest: (model, prompt, request) =>
    textCompletion(model, prompt, { ...allWritingFields(request), repeat_penalty: 1 }),
  readGeneration,
};

function tokenize(model: string, input: string): HttpRequest {
  return { path: "/extras/tokenize", body: { model, input } };
}

function readIds(reply: unknown): readonly number[] {
  return parseReply(z.object({ tokens: z.array(z.int()) }), reply).tokens;
}

const echoSchema = z.object({
  choices: z.tuple([
    z.object({
      logprobs: z
        .object({ tokens: z.array(z.string()), token_logprobs: z.array(z.number().nullable()) })
        .nullish(),
    }),
  ]),
  usage: z.object({ prompt_tokens: z.int(), completion_tokens: z.int() }),
});

function readScores(
  [tokens, completed]: readonly unknown[],
  { whole }: Pick<ScoredTexts, "whole">,
): EchoedText {
  const ids = readIds(tokens);
  const { choices, usage } = parseReply(echoSchema, completed);
  const logprobs = choices[0].logprobs ?? null;
  if (logprobs === null) {
    throw new ReplyProblem("there are no log-probabilities in the answer");
  }
  if (usage.prompt_tokens !== ids.length) {
    throw new ReplyProblem(
      `the text has ${ids.length} tokens, and was scored as ${usage.prompt_tokens}`,
      "A server that adds or drops tokens cannot score.",
    );
  }
  if (ids.slice(1).includes(ids[0] as number)) {
    throw new ReplyProblem(
      "the text holds the name of the begin token, which llama-cpp-python leaves out of what it says",
      "Take the name out of prompt and data, or name the GGUF file as the model.",
    );
  }
  const { tokens: texts, token_logprobs: logProbs } = logprobs;
  // The begin token is left out; what was written stands at the end.
  const echoed = ids.length - 1;
  const isWhole = (count: number): boolean => texts.slice(0, count).join("") === whole;
  if (isWhole(ids.length) && !isWhole(echoed)) {
    throw new ReplyProblem(
      "the model has no begin token, and llama-cpp-python puts the numbers of one token at another then",
      "pmpo scores the GGUF file itself: name it as the model, such as ./model.gguf.",
    );
  }
  const expected = echoed + usage.completion_tokens;
  if (texts.length !== expected || logProbs.length !== expected) {
    throw new ReplyProblem(
      `${echoed} tokens were to be echoed and ${usage.completion_tokens} were written, ${logProbs.length} log-probabilities came back`,
    );
  }
  return {
    ids,
    texts: ["", ...texts.slice(0, echoed)],
    logProbs: [null, ...logProbs.slice(0, echoed)],
  };
}
