import { z } from "zod";
import { ApiError } from "./api-error.ts";
import { type Prompts, PROMPTS } from "./prompts.ts";
import { checkFields } from "./read-body.ts";
import {
  FLAG,
  type Maybe,
  only,
  TOP_COUNT,
  WRITING_FIELDS,
  type WritingFields,
} from "./request-fields.ts";

/** The body of /v1/completions. */
export interface CompletionRequest extends WritingFields {
  readonly prompt: Prompts;
  readonly max_tokens?: Maybe<number>;
  readonly echo?: Maybe<boolean>;
  readonly logprobs?: Maybe<number>;
  /** vLLM's: what the model says of the prompt's own tokens. */
  readonly prompt_logprobs?: Maybe<number>;
  readonly add_special_tokens?: Maybe<boolean>;
  readonly return_tokens_as_token_ids?: Maybe<boolean>;
}

const schema: z.ZodType<CompletionRequest> = z.strictObject({
  ...WRITING_FIELDS,
  prompt: PROMPTS,
  max_tokens: z.int().min(0).nullish(),
  echo: FLAG,
  logprobs: TOP_COUNT,
  prompt_logprobs: TOP_COUNT,
  add_special_tokens: FLAG,
  return_tokens_as_token_ids: FLAG,
  best_of: only(1),
  suffix: only(""),
});

/** What OpenAI writes where nothing is said. */
const USUAL_MAX_TOKENS = 16;

/** Tokens to write at most. */
export function maxTokensOf({ max_tokens }: CompletionRequest): number {
  return max_tokens ?? USUAL_MAX_TOKENS;
}

/** Whether the model is asked what it says of the prompt. */
export function scoresPrompt({ echo, logprobs, prompt_logprobs }: CompletionRequest): boolean {
  return typeof prompt_logprobs === "number" || (echo === true && typeof logprobs === "number");
}

/** The request as the schema has it, no field against another. Throws ApiError. */
export function readCompletionRequest(body: unknown): CompletionRequest {
  const request = checkFields(schema, body);
  if (request.stream === true) {
    refuseInStream("echo", request.echo === true);
    refuseInStream("prompt_logprobs", typeof request.prompt_logprobs === "number");
    refuseInStream("max_tokens", request.max_tokens === 0);
  } else if (request.stream_options !== null && request.stream_options !== undefined) {
    throw onlyInStreams();
  }
  return request;
}

function refuseInStream(param: string, asked: boolean): void {
  if (!asked) return;
  throw new ApiError(400, `${param}: this server does not support it together with stream`, {
    param,
    code: "unsupported_parameter",
  });
}

/** `stream_options` without `stream`. */
export function onlyInStreams(): ApiError {
  return new ApiError(400, "stream_options: only together with stream", {
    param: "stream_options",
    code: "invalid_value",
  });
}
