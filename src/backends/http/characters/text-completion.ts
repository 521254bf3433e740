import type { HttpRequest } from "../transport.ts";
import { type BegunPrompt, plainTextOf } from "./vocabulary.ts";

/** OpenAI's completions that go on with a text. */
export function textCompletion(
  model: string,
  prompt: BegunPrompt,
  fields: Readonly<Record<string, unknown>>,
): HttpRequest {
  return { path: "/v1/completions", body: { model, prompt: plainTextOf(prompt), ...fields } };
}

/** The same that says how likely the tokens of a text are. What the server needs a token for it writes. */
export function textEcho(model: string, prompt: string): HttpRequest {
  return {
    path: "/v1/completions",
    body: { model, prompt, max_tokens: 1, temperature: 0, echo: true, logprobs: 1 },
  };
}
