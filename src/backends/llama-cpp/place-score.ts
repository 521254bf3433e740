import type { PlaceScore, RankedToken } from "../../core/local-model.ts";

/** Log-probability of every token at one place: its logit less `total`, the logSumExp of all. */
export interface PlaceLogits {
  readonly logits: Float32Array;
  /** Where the place's logits begin. */
  readonly start: number;
  readonly size: number;
  readonly total: number;
}

/** Rank and log-probability of a token at a place, and the likeliest tokens there. */
export function placeScore(place: PlaceLogits, token: number, topCount: number): PlaceScore {
  const { logits, start, size } = place;
  const own = logits[start + token] as number;
  let likelier = 0;
  for (let index = start; index < start + size; index++) {
    if ((logits[index] as number) > own) likelier++;
  }
  return {
    logProb: logProbAt(place, token),
    rank: likelier + 1,
    top: topTokens(place, topCount),
  };
}

/** Rounding may leave a probability a little above 1. */
function logProbAt({ logits, start, total }: PlaceLogits, token: number): number {
  return Math.min(0, (logits[start + token] as number) - total);
}

/** The likeliest tokens, likeliest first, the lower id first among equals. */
function topTokens(place: PlaceLogits, count: number): readonly RankedToken[] {
  const { logits, start, size } = place;
  if (count === 0) return [];
  const best: number[] = [];
  const logitOf = (token: number): number => logits[start + token] as number;
  for (let token = 0; token < size; token++) {
    const last = best[best.length - 1];
    if (best.length === count && logitOf(token) <= logitOf(last as number)) continue;
    let slot = best.length;
    while (slot > 0 && logitOf(best[slot - 1] as number) < logitOf(token)) slot--;
    best.splice(slot, 0, token);
    if (best.length > count) best.pop();
  }
  return best.map((token) => ({ token, logProb: logProbAt(place, token) }));
}
