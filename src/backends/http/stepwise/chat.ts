import { z } from "zod";
import { readGeneration, writingFields } from "../apis/openai-echo.ts";
import { parseReply } from "../check-reply.ts";
import type { HttpRequest } from "../transport.ts";
import type { BegunPrompt } from "../characters/vocabulary.ts";
import { readNext } from "./read-next.ts";
import { LISTED_TOKENS, type StepwiseApi } from "./stepwise-api.ts";

/** How a service is told that the last message is the answer's beginning. */
interface Prefill {
  readonly path: string;
  /** Of the message. */
  readonly message: Readonly<Record<string, unknown>>;
  /** Of the request. */
  readonly request: Readonly<Record<string, unknown>>;
}

/** Chat completions that go on with an assistant's message at the end. */
export const CHAT_STEPWISE: StepwiseApi = chatApi("chat-stepwise", "chat completions", {
  path: "/v1/chat/completions",
  message: {},
  // Servers go on with it by themselves, or when they are told so.
  request: { add_generation_prompt: false, continue_final_message: true },
});

/** DeepSeek's chat prefix completion, at its address for what is new. */
export const DEEPSEEK: StepwiseApi = chatApi("deepseek", "DeepSeek", {
  path: "/beta/chat/completions",
  message: { prefix: true },
  request: {},
});

function chatApi(name: StepwiseApi["name"], label: string, prefill: Prefill): StepwiseApi {
  return {
    name,
    label,
    takes: "chat",
    nextRequest: (model, prompt, seed) =>
      conversation(model, prompt, prefill, {
        max_tokens: 1,
        // Some servers tell probabilities as the temperature changes them.
        temperature: 1,
        top_p: 1,
        seed,
        logprobs: true,
        top_logprobs: LISTED_TOKENS,
      }),
    readNext,
    generateRequest: (model, prompt, request) =>
      conversation(model, prompt, prefill, writingFields(request)),
    readGeneration: (reply, request) => readGeneration(withText(reply), request),
  };
}

function conversation(
  model: string,
  { prompt, begun }: BegunPrompt,
  { path, message, request }: Prefill,
  fields: Readonly<Record<string, unknown>>,
): HttpRequest {
  const asked = prompt.kind === "chat" ? prompt.messages : [];
  const isBegun = begun !== "";
  const messages = isBegun ? [...asked, { role: "assistant", content: begun, ...message }] : asked;
  return { path, body: { model, messages, ...(isBegun ? request : {}), ...fields } };
}

const messageSchema = z.looseObject({
  choices: z.tuple([z.looseObject({ message: z.object({ content: z.string().nullish() }) })]),
});

/** The reply as completions have it. */
function withText(reply: unknown): unknown {
  const parsed = parseReply(messageSchema, reply);
  const [choice] = parsed.choices;
  return { ...parsed, choices: [{ ...choice, text: choice.message.content ?? "" }] };
}
