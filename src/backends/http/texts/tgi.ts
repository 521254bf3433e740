import { z } from "zod";
import type { GenerateRequest } from "../../../core/model.ts";
import { cutAtStops, MAXIMUM_STOPS } from "../apis/openai-echo.ts";
import { plainTextOf } from "../characters/vocabulary.ts";
import { checkTokens, parseReply } from "../check-reply.ts";
import { ReplyProblem, type WrittenText } from "../scoring-api.ts";
import type { HttpRequest } from "../transport.ts";
import { type EchoedText, type TextScoringApi, NEXT_LINE, type ScoredTexts } from "./text-api.ts";

/** Text Generation Inference of Hugging Face, started with `--enable-prefill-logprobs`. */
export const TGI: TextScoringApi = {
  name: "tgi",
  label: "Text Generation Inference",
  takes: "text",
  behindAnswer: NEXT_LINE,
  computesPrompt: false,
  promptRequests: (_model, text) => [tokenize(text)],
  readPrompt: ([reply]) => ({
    ids: parseReply(tokensSchema, reply).map(({ id }) => id),
    crossEntropy: null,
  }),
  scoreRequests: (_model, whole) => [
    tokenize(whole),
    {
      path: "/generate",
      body: {
        inputs: whole,
        parameters: { max_new_tokens: 1, details: true, decoder_input_details: true },
      },
    },
  ],
  readScores,
  generateRequest: (_model, prompt, { maxTokens, sampling, seed, stop }) => ({
    path: "/generate",
    body: {
      inputs: plainTextOf(prompt),
      parameters: {
        max_new_tokens: maxTokens,
        details: true,
        seed,
        ...(stop.length === 0 ? {} : { stop: stop.slice(0, MAXIMUM_STOPS) }),
        ...samplingFields(sampling),
      },
    },
  }),
  readGeneration,
};

function tokenize(text: string): HttpRequest {
  return { path: "/tokenize", body: { inputs: text } };
}

/** It refuses values that change nothing, and has no smallest probability. */
function samplingFields({
  temperature,
  topP,
  topK,
}: GenerateRequest["sampling"]): Readonly<Record<string, unknown>> {
  if (temperature === 0) return { do_sample: false };
  return {
    do_sample: true,
    temperature,
    ...(topP === 1 ? {} : { top_p: topP }),
    ...(topK === 0 ? {} : { top_k: topK }),
  };
}

const place = z.int().min(0);
const tokensSchema = z.array(z.object({ id: z.int(), start: place, stop: place }));

const prefillSchema = z.object({
  details: z.object({
    prefill: z.array(z.object({ id: z.int(), logprob: z.number().nullish() })),
  }),
});

function readScores(
  [tokens, generated]: readonly unknown[],
  { whole }: Pick<ScoredTexts, "whole">,
): EchoedText {
  const cut = parseReply(tokensSchema, tokens);
  const { prefill } = parseReply(prefillSchema, generated).details;
  if (prefill.length === 0) {
    throw new ReplyProblem(
      "there are no log-probabilities of the prompt in the answer",
      "Start the server with --enable-prefill-logprobs.",
    );
  }
  const ids = cut.map(({ id }) => id);
  const answered = prefill.map(({ id }) => id);
  checkTokens({ id: "the text" }, ids, answered);
  return {
    ids,
    texts: textsOf(cut, Buffer.from(whole)),
    logProbs: prefill.map(({ logprob }) => logprob ?? null),
  };
}

/** Places are in bytes; all pieces of a character have those of the character, which goes to the first. */
function textsOf(tokens: z.infer<typeof tokensSchema>, whole: Buffer): readonly string[] {
  return tokens.map(({ start, stop }, index) => {
    const before = tokens[index - 1];
    const isPiece = start === before?.start && stop === before.stop;
    return isPiece ? "" : whole.subarray(start, stop).toString();
  });
}

const generationSchema = z.object({
  generated_text: z.string(),
  details: z.object({ finish_reason: z.string(), generated_tokens: z.int() }),
});

function readGeneration(reply: unknown, request: GenerateRequest): WrittenText {
  const { generated_text: text, details } = parseReply(generationSchema, reply);
  const reason = details.finish_reason === "length" ? "length" : "stop";
  return {
    generation: { ...cutAtStops(text, reason, request), tokenCount: details.generated_tokens },
    cachedTokens: 0,
  };
}
