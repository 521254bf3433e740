import type {
  LanguageModelV3,
  LanguageModelV3CallOptions,
  LanguageModelV3GenerateResult,
  LanguageModelV3Message,
} from "@ai-sdk/provider";
import type { Message } from "../../core/candidate.ts";
import { usageError } from "../../core/errors.ts";
import type { Generation } from "../../core/model.ts";
import type { TextRequest, WrittenText } from "../../core/text-model.ts";

/** A request as the SDK takes it. */
export function sdkCall(
  { id, prompt, maxTokens, sampling, seed }: TextRequest,
  reasoningTokens: number,
): LanguageModelV3CallOptions {
  if (prompt.kind === "text") throw noPlainText(id);
  const { temperature, topP, topK } = sampling;
  const isDrawn = temperature > 0;
  return {
    prompt: prompt.messages.map(sdkMessage),
    maxOutputTokens: maxTokens + reasoningTokens,
    temperature,
    seed,
    ...(isDrawn && topP < 1 ? { topP } : {}),
    ...(isDrawn && topK > 0 ? { topK } : {}),
  };
}

/** The error of a plain text to go on with, where a model takes conversations alone. */
function noPlainText(id: string): Error {
  return usageError(
    "NO_PLAIN_TEXT",
    `${id}: a service that writes texts takes conversations and goes on with no plain text`,
    "Use the layout `system` or `user`, and leave `optimizer.rewriterForm` at auto.",
  );
}

function sdkMessage({ role, content }: Message): LanguageModelV3Message {
  if (role === "system") return { role, content };
  return { role, content: [{ type: "text", text: content }] };
}

/** A text with all that was spent on it. */
export interface SdkText extends WrittenText {
  /** Of the prompt. */
  readonly cachedTokens: number;
  /** Of those written. */
  readonly reasoningTokens: number;
}

/** The text of a reply, ended before the first stop text; `guess` counts where the service does not. */
export function readText(
  { content, finishReason, usage }: LanguageModelV3GenerateResult,
  { prompt, stop }: TextRequest,
  guess: (text: string) => number,
): SdkText {
  const whole = content.map((part) => (part.type === "text" ? part.text : "")).join("");
  // Not every service knows of stop texts, and some refuse them.
  const ends = stop.map((text) => whole.indexOf(text)).filter((place) => place >= 0);
  const text = ends.length === 0 ? whole : whole.slice(0, Math.min(...ends));
  if (whole === "" && finishReason.unified === "other" && finishReason.raw === undefined) {
    throw new TypeError("it holds no text, and no reason for that");
  }
  const { inputTokens, outputTokens } = usage;
  return {
    text,
    finish: ends.length > 0 ? "stop" : finishOf(finishReason.unified),
    tokenCount: outputTokens.total ?? guess(whole),
    promptTokens: inputTokens.total ?? guess(JSON.stringify(prompt)),
    cachedTokens: inputTokens.cacheRead ?? 0,
    reasoningTokens: outputTokens.reasoning ?? 0,
  };
}

function finishOf(
  unified: LanguageModelV3GenerateResult["finishReason"]["unified"],
): Generation["finish"] {
  return unified === "length" ? "length" : "end";
}

/** One call of the SDK, which tries nothing twice. */
export function generate(
  model: LanguageModelV3,
  options: LanguageModelV3CallOptions,
  signal: AbortSignal | undefined,
): Promise<LanguageModelV3GenerateResult> {
  return Promise.resolve(
    model.doGenerate({ ...options, ...(signal === undefined ? {} : { abortSignal: signal }) }),
  );
}
