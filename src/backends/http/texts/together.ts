import { z } from "zod";
import type { GenerateRequest } from "../../../core/model.ts";
import { cutAtStops, writingFields } from "../apis/openai-echo.ts";
import { textCompletion, textEcho } from "../characters/text-completion.ts";
import { parseReply } from "../check-reply.ts";
import { ReplyProblem, type WrittenText } from "../scoring-api.ts";
import { type EchoedText, type TextScoringApi, NEXT_LINE } from "./text-api.ts";

/**
 * Together's completions with echo, after its published OpenAPI description: the prompt's tokens stand
 * beside the choices, with their ids. There is no tokenizer to ask, so a prompt is echoed once alone.
 */
export const TOGETHER: TextScoringApi = {
  name: "together",
  label: "Together",
  takes: "text",
  behindAnswer: NEXT_LINE,
  computesPrompt: true,
  promptRequests: (model, text) => [textEcho(model, text)],
  readPrompt: ([reply]) => ({ ids: readEcho(reply).ids, crossEntropy: null }),
  scoreRequests: (model, whole) => [textEcho(model, whole)],
  readScores: ([reply]) => readEcho(reply),
  generateRequest: (model, prompt, request) =>
    textCompletion(model, prompt, { ...writingFields(request), repetition_penalty: 1 }),
  readGeneration,
};

const echoSchema = z.object({
  prompt: z
    .array(
      z.object({
        logprobs: z
          .object({
            token_ids: z.array(z.int()),
            tokens: z.array(z.string()),
            token_logprobs: z.array(z.number().nullable()),
          })
          .nullish(),
      }),
    )
    .nullish(),
});

function readEcho(reply: unknown): EchoedText {
  const echoed = parseReply(echoSchema, reply).prompt?.[0]?.logprobs ?? null;
  if (echoed === null) {
    throw new ReplyProblem(
      "there are no log-probabilities of the prompt in the answer",
      "Not every model at Together echoes its prompt: it cannot be scored there.",
    );
  }
  return { ids: echoed.token_ids, texts: echoed.tokens, logProbs: echoed.token_logprobs };
}

const generationSchema = z.object({
  choices: z.tuple([z.object({ text: z.string(), finish_reason: z.string().nullish() })]),
  usage: z.object({ completion_tokens: z.int() }),
});

function readGeneration(reply: unknown, request: GenerateRequest): WrittenText {
  const { choices, usage } = parseReply(generationSchema, reply);
  const [{ text, finish_reason: reason }] = choices;
  const ended = reason === "eos" ? "stop" : (reason ?? null);
  return {
    generation: { ...cutAtStops(text, ended, request), tokenCount: usage.completion_tokens },
    cachedTokens: 0,
  };
}
