import type { Answer } from "./local-server.test-support.ts";
import {
  toyLogProb,
  toyText,
  toyTokens,
  type ToyWriting,
  toyWriting,
} from "./toy-model.test-support.ts";

/** The toy in Fireworks' list of models. */
export const FIREWORKS_MODEL = {
  id: "accounts/fireworks/models/toy-135m",
  object: "model",
  owned_by: "fireworks",
  created: 1757018994,
  kind: "HF_BASE_MODEL",
  supports_chat: true,
  supports_image_input: false,
  supports_tools: false,
  context_length: 4096,
};

/** Put in front of every text, not of ids. */
const BEGIN = 9;

interface Body extends ToyWriting {
  readonly model: string;
  readonly prompt: readonly (string | readonly number[])[];
  readonly echo?: boolean;
  readonly echo_last?: number;
  readonly logprobs?: boolean;
  readonly return_token_ids?: boolean;
  readonly context_length_exceeded_behavior?: string;
}

/** What Fireworks answers to a completion; it has no other path that pmpo could use. */
export function fireworksAnswer(path: string, posted: unknown): Answer {
  if (path !== "/v1/completions") return refusal(404, "Path not found");
  const body = posted as Body;
  if (body.model !== FIREWORKS_MODEL.id) {
    return refusal(404, "Model not found, inaccessible, and/or not deployed");
  }
  if (body.prompt.some(({ length }) => length === 0)) {
    return refusal(400, "Prompt cannot be empty");
  }
  const prompts = body.prompt.map((prompt) =>
    typeof prompt === "string" ? [BEGIN, ...toyTokens(prompt)] : prompt,
  );
  const longest = Math.max(...prompts.map(({ length }) => length));
  if (longest + (body.max_tokens ?? 16) > FIREWORKS_MODEL.context_length) {
    if (body.context_length_exceeded_behavior === "error") {
      return refusal(400, `The prompt is too long: ${longest}`);
    }
  }
  const choices = prompts.map((prompt, index) => choice(prompt, index, body));
  const sum = (counts: readonly number[]): number => counts.reduce((a, b) => a + b, 0);
  const promptTokens = sum(prompts.map(({ length }) => length));
  const completionTokens = sum(choices.map(({ written }) => written));
  return {
    json: {
      object: "text_completion",
      model: body.model,
      choices: choices.map(({ reply }) => reply),
      usage: {
        prompt_tokens: promptTokens,
        total_tokens: promptTokens + completionTokens,
        completion_tokens: completionTokens,
        prompt_tokens_details: { cached_tokens: prompts.length },
      },
    },
  };
}

function refusal(status: number, message: string): Answer {
  return {
    status,
    json: { error: { object: "error", type: "invalid_request_error", message } },
  };
}

function choice(
  prompt: readonly number[],
  index: number,
  body: Body,
): { readonly reply: unknown; readonly written: number } {
  const { text, stoppedBy, tokens } = toyWriting(prompt, body);
  const echoed = Math.min(
    body.echo === true ? prompt.length : (body.echo_last ?? 0),
    prompt.length,
  );
  const all = [...prompt, ...tokens];
  const rows = all.slice(prompt.length - echoed).map((token, offset) => {
    const place = prompt.length - echoed + offset;
    // Nothing precedes the first token; a number stands there all the same.
    const logprob = place === 0 ? 0 : toyLogProb(all.slice(0, place), token);
    const bytes = token < 10 ? [...Buffer.from(toyText([token]))] : [token - 10];
    return { token: toyText([token]), token_id: token, bytes, logprob, sampling_logprob: 0 };
  });
  const reply = {
    index,
    text: toyText(prompt.slice(prompt.length - echoed)) + text,
    finish_reason: stoppedBy === null ? "length" : "stop",
    logprobs: body.logprobs === true ? { content: rows } : null,
    ...(body.return_token_ids === true ? { prompt_token_ids: prompt, token_ids: tokens } : {}),
  };
  return { reply, written: tokens.length };
}
