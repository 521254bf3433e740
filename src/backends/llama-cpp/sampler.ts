import type { Sampling } from "../../core/model.ts";
import type { Random } from "../../core/random.ts";

/**
 * Draws the next token from `logits[start .. start + size)`. The order of the filters is
 * llama.cpp's: top-k, top-p, min-p, then temperature. Temperature 0 takes the most likely token,
 * the lowest id among equals.
 */
export function sampleToken(
  logits: Float32Array,
  start: number,
  size: number,
  sampling: Sampling,
  random: Random,
): number {
  if (sampling.temperature <= 0) return mostLikely(logits, start, size);
  const kept = minP(topP(topK(logits, start, size, sampling.topK), sampling.topP), sampling.minP);
  const largest = kept[0]?.logit ?? 0;
  const weights = kept.map(({ logit }) => Math.exp((logit - largest) / sampling.temperature));
  let remaining = random.float() * weights.reduce((sum, weight) => sum + weight, 0);
  const drawn = weights.findIndex((weight) => (remaining -= weight) < 0);
  return (kept[drawn] ?? kept.at(-1) ?? { token: mostLikely(logits, start, size) }).token;
}

interface Entry {
  readonly token: number;
  readonly logit: number;
}

function mostLikely(logits: Float32Array, start: number, size: number): number {
  let best = 0;
  for (let token = 1; token < size; token++) {
    if ((logits[start + token] as number) > (logits[start + best] as number)) best = token;
  }
  return best;
}

/** Tokens below e^−30 of the likeliest cannot be drawn in practice; leaving them out keeps sorting cheap. */
const NEGLIGIBLE_NATS = 30;

/** The k likeliest tokens (0: all), likeliest first, lower ids first among equals. */
function topK(logits: Float32Array, start: number, size: number, k: number): readonly Entry[] {
  const floor = (logits[start + mostLikely(logits, start, size)] as number) - NEGLIGIBLE_NATS;
  const entries: Entry[] = [];
  for (let token = 0; token < size; token++) {
    const logit = logits[start + token] as number;
    if (logit >= floor) entries.push({ token, logit });
  }
  entries.sort((a, b) => b.logit - a.logit || a.token - b.token);
  return k > 0 ? entries.slice(0, k) : entries;
}

/** The shortest head of the list whose probability reaches p. */
function topP(entries: readonly Entry[], p: number): readonly Entry[] {
  if (p >= 1) return entries;
  const largest = entries[0]?.logit ?? 0;
  const weights = entries.map(({ logit }) => Math.exp(logit - largest));
  const needed = p * weights.reduce((sum, weight) => sum + weight, 0);
  let reached = 0;
  const last = weights.findIndex((weight) => (reached += weight) >= needed);
  return entries.slice(0, Math.max(1, last + 1));
}

/** Tokens at least `p` times as likely as the likeliest. */
function minP(entries: readonly Entry[], p: number): readonly Entry[] {
  if (p <= 0) return entries;
  const floor = (entries[0]?.logit ?? 0) + Math.log(p);
  return entries.filter(({ logit }, index) => index === 0 || logit >= floor);
}
