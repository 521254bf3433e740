import { contextOverflow, modelError } from "../core/errors.ts";
import type { GenerateRequest, ScoreRequest } from "../core/model.ts";

/** Refuses a request to score that is empty or does not fit the context. */
export function checkScoreRequest({ id, context, target }: ScoreRequest, limit: number): void {
  if (context.length === 0 || target.length === 0) {
    throw modelError(
      "SCORE_EMPTY",
      `${id}: context of ${context.length} and target of ${target.length} tokens; both need at least one`,
    );
  }
  if (context.length + target.length > limit) {
    throw contextOverflow(id, context.length, target.length, limit);
  }
}

/** Refuses a request to write that is empty or leaves no room to write. */
export function checkGenerateRequest(
  { id, context, maxTokens }: GenerateRequest,
  limit: number,
): void {
  if (context.length === 0) throw modelError("GENERATE_EMPTY", `${id}: the prompt has no tokens`);
  if (maxTokens < 1) {
    throw modelError(
      "GENERATE_NOTHING",
      `${id}: ${maxTokens} tokens to write; at least one is needed`,
    );
  }
  if (context.length + maxTokens > limit) {
    throw modelError(
      "CONTEXT_OVERFLOW",
      `${id}: ${context.length} prompt tokens and ${maxTokens} tokens to write do not fit the context of ${limit}`,
      { hint: "Shorten the prompt, use fewer demonstrations, or raise --context-tokens." },
    );
  }
}
