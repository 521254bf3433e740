import type { ScoreRequest } from "../../core/model.ts";

/** How much one HTTP request may hold. */
export interface BatchLimits {
  readonly requests: number;
  readonly tokens: number;
}

/** Neighbours together, as many as fit; a request that is larger than the limit stands alone. */
export function batchesOf(
  requests: readonly ScoreRequest[],
  limits: BatchLimits,
): readonly (readonly ScoreRequest[])[] {
  const batches: ScoreRequest[][] = [];
  let tokens = Infinity;
  for (const request of requests) {
    const size = tokensIn([request]);
    const last = batches.at(-1);
    if (last === undefined || last.length >= limits.requests || tokens + size > limits.tokens) {
      batches.push([request]);
      tokens = size;
    } else {
      last.push(request);
      tokens += size;
    }
  }
  return batches;
}

/** Limits by which a call gives each of several endpoints something to do. */
export function sharedLimits(
  limits: BatchLimits,
  requests: readonly ScoreRequest[],
  endpoints: number,
): BatchLimits {
  return { ...limits, tokens: Math.min(limits.tokens, Math.ceil(tokensIn(requests) / endpoints)) };
}

/** Of context and target of all requests. */
export function tokensIn(requests: readonly ScoreRequest[]): number {
  return requests.reduce((sum, { context, target }) => sum + context.length + target.length, 0);
}
