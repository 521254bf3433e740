import { z } from "zod";
import type { WriteRequest } from "../core/local-model.ts";
import type { TokenIds } from "../core/model.ts";
import { invalidField } from "./api-error.ts";
import { onlyInStreams } from "./completion-request.ts";
import type { Caller } from "./engine-queue.ts";
import { type ChatMessage, conversationTokens, MESSAGES } from "./messages.ts";
import { checkLength } from "./prompts.ts";
import { checkFields } from "./read-body.ts";
import {
  checkModel,
  FLAG,
  type Maybe,
  only,
  TOP_COUNT,
  WRITING_FIELDS,
  type WritingFields,
} from "./request-fields.ts";
import type { Service } from "./service.ts";
import { chatLogProbs, type ScoredToken } from "./token-logprobs.ts";
import {
  finishReason,
  usageOf,
  writeParts,
  writeRequests,
  type WrittenText,
  writeText,
} from "./writing.ts";

interface ChatRequest extends WritingFields {
  readonly messages: readonly ChatMessage[];
  readonly max_tokens?: Maybe<number>;
  readonly max_completion_tokens?: Maybe<number>;
  readonly logprobs?: Maybe<boolean>;
  readonly top_logprobs?: Maybe<number>;
}

const schema: z.ZodType<ChatRequest> = z.strictObject({
  ...WRITING_FIELDS,
  messages: MESSAGES,
  max_tokens: z.int().min(1).nullish(),
  max_completion_tokens: z.int().min(1).nullish(),
  logprobs: FLAG,
  top_logprobs: TOP_COUNT,
  add_generation_prompt: only(true),
  continue_final_message: only(false),
  tools: z.array(z.never(), { error: "this server does not support tools" }).nullish(),
  tool_choice: only("none"),
  response_format: z.strictObject({ type: z.literal("text") }).nullish(),
  store: only(false),
});

/** A request to /v1/chat/completions that can be done. */
export interface ChatWork {
  readonly request: ChatRequest;
  readonly context: TokenIds;
  readonly texts: readonly WriteRequest[];
}

/** Reads a request, writes its conversation as the model's template does, and refuses what does not fit. */
export async function readChatWork(body: unknown, service: Service): Promise<ChatWork> {
  const request = checkFields(schema, body);
  checkModel(request.model, service.name);
  if (request.stream !== true && (request.stream_options ?? null) !== null) throw onlyInStreams();
  if (request.stream === true && request.return_token_ids === true) {
    throw invalidField("return_token_ids", "not together with stream");
  }
  if (request.logprobs !== true && (request.top_logprobs ?? null) !== null) {
    throw invalidField("top_logprobs", "only together with logprobs");
  }
  const options = { addGenerationPrompt: true };
  const context = await conversationTokens(request.messages, options, service);
  const { contextTokens } = service.model.capabilities;
  const room = Math.max(1, contextTokens - context.length);
  const maxTokens = request.max_completion_tokens ?? request.max_tokens ?? room;
  checkLength("messages", context.length, maxTokens, contextTokens);
  const topCount = request.logprobs === true ? (request.top_logprobs ?? 0) : null;
  return {
    request,
    context,
    texts: writeRequests(request, context, { maxTokens, topCount }, service),
  };
}

/** Writes the answers and returns OpenAI's reply. Rejects with ApiError where too much is waiting. */
export async function answerChat(
  { request, context, texts }: ChatWork,
  service: Service,
  caller: Caller,
): Promise<object> {
  service.queue.admit(costOf(texts));
  const written = await Promise.all(texts.map((text) => writeText(text, service, caller)));
  return {
    ...replyHead(service, "chat.completion"),
    choices: written.map(({ text, tokens, finish, stoppedBy }, index) => ({
      index,
      message: { role: "assistant", content: text, refusal: null },
      logprobs: logProbsOf(request, tokens, service),
      finish_reason: finishReason(finish),
      stop_reason: stoppedBy,
      ...(request.return_token_ids === true ? { token_ids: tokens.map(({ token }) => token) } : {}),
    })),
    ...(request.return_token_ids === true ? { prompt_token_ids: [...context] } : {}),
    usage: usageOf(context.length, written),
  };
}

/** Writes the answers and hands out OpenAI's chunks. Throws ApiError at once where too much is waiting. */
export function streamChat(
  { request, context, texts }: ChatWork,
  service: Service,
  caller: Caller,
): AsyncIterable<object> {
  service.queue.admit(costOf(texts));
  const parts = writeParts(texts, service, caller);
  const head = replyHead(service, "chat.completion.chunk");
  return (async function* chunks() {
    const written: WrittenText[] = [];
    for (const index of texts.keys()) {
      const delta = { role: "assistant", content: "" };
      yield { ...head, choices: [{ index, delta, logprobs: null, finish_reason: null }] };
    }
    for await (const { index, text, tokens, whole } of parts) {
      if (whole !== null) written.push(whole);
      const choice = {
        index,
        delta: text === "" ? {} : { content: text },
        logprobs: logProbsOf(request, tokens, service),
        finish_reason: whole === null ? null : finishReason(whole.finish),
      };
      yield { ...head, choices: [choice] };
    }
    if (request.stream_options?.include_usage === true) {
      yield { ...head, choices: [], usage: usageOf(context.length, written) };
    }
  })();
}

function logProbsOf(
  { logprobs, top_logprobs }: ChatRequest,
  tokens: readonly ScoredToken[],
  { vocabulary }: Service,
): object | null {
  return logprobs === true ? chatLogProbs(tokens, top_logprobs ?? 0, vocabulary) : null;
}

function costOf(texts: readonly WriteRequest[]): number {
  return texts.reduce((sum, { context, maxTokens }) => sum + context.length + maxTokens, 0);
}

function replyHead({ clock, name, newId }: Service, object: string): object {
  return {
    id: `chatcmpl-${newId()}`,
    object,
    created: Math.floor(clock() / 1000),
    model: name,
  };
}
