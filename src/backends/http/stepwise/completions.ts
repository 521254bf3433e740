import { readGeneration, writingFields } from "../apis/openai-echo.ts";
import { textCompletion } from "../characters/text-completion.ts";
import { readNext } from "./read-next.ts";
import { LISTED_TOKENS, type StepwiseApi } from "./stepwise-api.ts";

/** OpenAI's completions with the likeliest tokens: a plain text goes on. */
export const COMPLETIONS_STEPWISE: StepwiseApi = {
  name: "completions-stepwise",
  label: "OpenAI completions",
  takes: "text",
  nextRequest: (model, prompt, seed) =>
    textCompletion(model, prompt, {
      max_tokens: 1,
      // Some servers tell probabilities as the temperature changes them.
      temperature: 1,
      top_p: 1,
      seed,
      logprobs: LISTED_TOKENS,
    }),
  readNext,
  generateRequest: (model, prompt, request) =>
    textCompletion(model, prompt, writingFields(request)),
  readGeneration,
};
