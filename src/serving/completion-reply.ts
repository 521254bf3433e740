import type { PlaceScore } from "../core/local-model.ts";
import type { TokenIds } from "../core/model.ts";
import type { CompletionRequest } from "./completion-request.ts";
import type { GivenPrompt } from "./prompts.ts";
import type { Service } from "./service.ts";
import { legacyLogProbs, promptLogProbs, type ScoredToken, tokenNames } from "./token-logprobs.ts";
import { finishReason, type TextPart, type WrittenText } from "./writing.ts";

/** A prompt and what the model says of it. */
interface AnsweredPrompt {
  readonly given: GivenPrompt;
  readonly tokens: TokenIds;
  /** For each token but the first; null where it was not asked for. */
  readonly places: readonly PlaceScore[] | null;
}

/** One of a reply's `choices`. */
export function completionChoice(
  request: CompletionRequest,
  prompt: AnsweredPrompt,
  written: WrittenText,
  { vocabulary }: Service,
): object {
  const { echo, logprobs, prompt_logprobs, return_token_ids } = request;
  const scored = scoredTokens(prompt);
  const echoed = echo === true ? scored : [];
  const { given } = prompt;
  const before = typeof given === "string" ? given : vocabulary.join(given);
  return {
    text: echo === true ? `${before}${written.text}` : written.text,
    logprobs: logProbsOf(request, [...echoed, ...written.tokens], logprobs, vocabulary),
    finish_reason: finishReason(written.finish),
    stop_reason: written.stoppedBy,
    ...(typeof prompt_logprobs === "number"
      ? { prompt_logprobs: promptLogProbs(scored, prompt_logprobs, vocabulary) }
      : {}),
    ...(return_token_ids === true
      ? {
          prompt_token_ids: [...prompt.tokens],
          token_ids: written.tokens.map(({ token }) => token),
        }
      : {}),
  };
}

/** The only one of a chunk's `choices`. */
export function completionPart(
  request: CompletionRequest,
  { index, text, tokens, whole }: TextPart,
  { vocabulary }: Service,
): object {
  return {
    index,
    text,
    logprobs: logProbsOf(request, tokens, request.logprobs, vocabulary),
    finish_reason: whole === null ? null : finishReason(whole.finish),
    stop_reason: whole?.stoppedBy ?? null,
    ...(request.return_token_ids === true ? { token_ids: tokens.map(({ token }) => token) } : {}),
  };
}

function logProbsOf(
  { return_tokens_as_token_ids }: CompletionRequest,
  tokens: readonly ScoredToken[],
  topCount: number | null | undefined,
  vocabulary: Service["vocabulary"],
): object | null {
  if (typeof topCount !== "number") return null;
  return legacyLogProbs(
    tokens,
    topCount,
    tokenNames(vocabulary, return_tokens_as_token_ids === true),
  );
}

function scoredTokens({ tokens, places }: AnsweredPrompt): readonly ScoredToken[] {
  return [...tokens].map((token, index) => ({
    token,
    place: index === 0 ? null : (places?.[index - 1] ?? null),
  }));
}
