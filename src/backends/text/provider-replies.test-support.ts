import type { ProviderName } from "../../core/provider.ts";
import type { Answer } from "../http/local-server.test-support.ts";

/** What a service answers, as its reference documents it. */
interface ServiceReplies {
  /** Where a text is asked for, behind the service's address. */
  readonly path: string;
  /** The header that holds the key, and how. */
  readonly key: readonly [header: string, value: (key: string) => string];
  /** A text, cut off by the limit where so said. 12 tokens of prompt, 3 of text. */
  readonly text: (text: string, cut?: boolean) => Answer;
  /** All room spent on thinking; undefined where the service does not count that apart. */
  readonly onlyReasoning?: Answer;
  /** An error of that status in the service's own form. */
  readonly failure: (status: number, message: string) => Answer;
  /** What the prompt "Say hi." under the system message "Be brief." is sent as, by a few facts. */
  readonly sent: Readonly<Record<string, unknown>>;
}

const openAiText = (text: string, cut = false): Answer => ({
  json: {
    id: "chatcmpl-1",
    object: "chat.completion",
    created: 1_700_000_000,
    model: "m",
    choices: [
      {
        index: 0,
        message: { role: "assistant", content: text },
        finish_reason: cut ? "length" : "stop",
      },
    ],
    usage: {
      prompt_tokens: 12,
      completion_tokens: 3,
      total_tokens: 15,
      prompt_tokens_details: { cached_tokens: 4 },
    },
  },
});

const openAiThinking: Answer = {
  json: {
    id: "chatcmpl-2",
    object: "chat.completion",
    created: 1_700_000_000,
    model: "m",
    choices: [{ index: 0, message: { role: "assistant", content: "" }, finish_reason: "length" }],
    usage: {
      prompt_tokens: 12,
      completion_tokens: 20,
      total_tokens: 32,
      completion_tokens_details: { reasoning_tokens: 20 },
    },
  },
};

const openAiFailure = (status: number, message: string): Answer => ({
  status,
  json: { error: { message, type: "invalid_request_error", param: null, code: null } },
});

const bearer = ["authorization", (key: string): string => `Bearer ${key}`] as const;

const MESSAGES = [
  { role: "system", content: "Be brief." },
  { role: "user", content: "Say hi." },
];

/** By service; `chat` is any address with OpenAI's chat completions. */
export const REPLIES: Readonly<Record<ProviderName | "chat", ServiceReplies>> = {
  openai: {
    path: "/v1/chat/completions",
    key: bearer,
    text: openAiText,
    onlyReasoning: openAiThinking,
    failure: openAiFailure,
    sent: { model: "m", messages: MESSAGES, max_tokens: 20, seed: 7 },
  },
  chat: {
    path: "/v1/chat/completions",
    key: bearer,
    text: openAiText,
    onlyReasoning: openAiThinking,
    failure: openAiFailure,
    sent: { model: "m", messages: MESSAGES, max_tokens: 20, seed: 7 },
  },
  mistral: {
    path: "/v1/chat/completions",
    key: bearer,
    text: openAiText,
    failure: (status, message) => ({
      status,
      json: { object: "error", message, type: "invalid_request_error", param: null, code: null },
    }),
    sent: { model: "m", max_tokens: 20, random_seed: 7 },
  },
  anthropic: {
    path: "/v1/messages",
    key: ["x-api-key", (key) => key],
    text: (text, cut = false) => ({
      json: {
        type: "message",
        id: "msg_1",
        role: "assistant",
        model: "m",
        content: [{ type: "text", text }],
        stop_reason: cut ? "max_tokens" : "end_turn",
        stop_sequence: null,
        usage: { input_tokens: 8, output_tokens: 3, cache_read_input_tokens: 4 },
      },
    }),
    failure: (status, message) => ({
      status,
      json: { type: "error", error: { type: "error", message }, request_id: "req_1" },
    }),
    sent: { model: "m", max_tokens: 20, system: [{ type: "text", text: "Be brief." }] },
  },
  google: {
    path: "/v1/models/m:generateContent",
    key: ["x-goog-api-key", (key) => key],
    text: (text, cut = false) => ({
      json: {
        candidates: [
          {
            content: { role: "model", parts: [{ text }] },
            finishReason: cut ? "MAX_TOKENS" : "STOP",
            index: 0,
          },
        ],
        usageMetadata: {
          promptTokenCount: 12,
          candidatesTokenCount: 3,
          totalTokenCount: 15,
          cachedContentTokenCount: 4,
        },
        modelVersion: "m",
      },
    }),
    onlyReasoning: {
      json: {
        candidates: [{ content: { role: "model" }, finishReason: "MAX_TOKENS", index: 0 }],
        usageMetadata: { promptTokenCount: 12, thoughtsTokenCount: 20, totalTokenCount: 32 },
        modelVersion: "m",
      },
    },
    failure: (status, message) => ({
      status,
      json: { error: { code: status, message, status: "FAILED" } },
    }),
    sent: { systemInstruction: { parts: [{ text: "Be brief." }] } },
  },
};
