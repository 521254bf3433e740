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
  const scores = logits.subarray(start, start + size);
  const best = mostLikely(scores);
  if (sampling.temperature <= 0) return best;
  const largest = scores[best] as number;
  if (sampling.topK <= 0 && sampling.topP >= 1) return drawAny(scores, largest, sampling, random);
  const kept = minP(candidates(scores, largest, sampling), largest, sampling.minP);
  const weights = kept.map(({ logit }) => Math.exp((logit - largest) / sampling.temperature));
  let remaining = random.float() * weights.reduce((sum, weight) => sum + weight, 0);
  const drawn = weights.findIndex((weight) => (remaining -= weight) < 0);
  return (kept[drawn] ?? kept.at(-1))?.token ?? best;
}

/** Draws among all tokens that min-p leaves: what the filters would come to, without a list of the vocabulary. */
function drawAny(
  scores: Float32Array,
  largest: number,
  { temperature, minP }: Sampling,
  random: Random,
): number {
  const floor = floorOf(largest, minP);
  const weight = (logit: number): number =>
    logit >= floor ? Math.exp((logit - largest) / temperature) : 0;
  let remaining = random.float() * scores.reduce((sum, logit) => sum + weight(logit), 0);
  const drawn = scores.findIndex((logit) => logit >= floor && (remaining -= weight(logit)) < 0);
  return drawn < 0 ? mostLikely(scores) : drawn;
}

/** The logit of a token that is `p` times as likely as the likeliest. */
function floorOf(largest: number, p: number): number {
  return p <= 0 ? -Infinity : largest + Math.log(Math.min(p, 1));
}

interface Entry {
  readonly token: number;
  readonly logit: number;
}

function mostLikely(scores: Float32Array): number {
  let best = 0;
  for (let token = 1; token < scores.length; token++) {
    if ((scores[token] as number) > (scores[best] as number)) best = token;
  }
  return best;
}

/** What top-k and top-p leave over; likeliest first where either is in use, by id otherwise. */
function candidates(
  scores: Float32Array,
  largest: number,
  { topK, topP }: Sampling,
): readonly Entry[] {
  if (topK > 0) {
    const wanted = Math.min(topK, scores.length);
    const head = likeliest(scores, largest, (entries) => entries.length >= wanted).slice(0, wanted);
    return topP < 1 ? cutAt(head, largest, topP * weightOf(head, largest)) : head;
  }
  const needed = topP * scores.reduce((sum, logit) => sum + Math.exp(logit - largest), 0);
  const head = likeliest(scores, largest, (entries) => weightOf(entries, largest) >= needed);
  return cutAt(head, largest, needed);
}

/** Nats below the likeliest at which to look for enough entries: sorting the whole vocabulary is slow. */
const WIDTHS_NATS = [2, 4, 8, 16, Infinity];

/** The shortest of a few heads of the sorted vocabulary that is enough, lower ids first among equals. */
function likeliest(
  scores: Float32Array,
  largest: number,
  isEnough: (entries: readonly Entry[]) => boolean,
): readonly Entry[] {
  let entries: readonly Entry[] = [];
  for (const width of WIDTHS_NATS) {
    entries = entriesAbove(scores, largest - width);
    if (isEnough(entries)) break;
  }
  return [...entries].sort((a, b) => b.logit - a.logit || a.token - b.token);
}

function entriesAbove(scores: Float32Array, floor: number): readonly Entry[] {
  const entries: Entry[] = [];
  for (let token = 0; token < scores.length; token++) {
    const logit = scores[token] as number;
    if (logit >= floor) entries.push({ token, logit });
  }
  return entries;
}

function weightOf(entries: readonly Entry[], largest: number): number {
  return entries.reduce((sum, { logit }) => sum + Math.exp(logit - largest), 0);
}

/** The shortest head of the sorted list whose weight reaches what is needed. */
function cutAt(entries: readonly Entry[], largest: number, needed: number): readonly Entry[] {
  let reached = 0;
  const last = entries.findIndex(({ logit }) => (reached += Math.exp(logit - largest)) >= needed);
  // Sums in another order may differ in the last digit, so that nothing reaches the whole.
  return last < 0 ? entries : entries.slice(0, last + 1);
}

/** Tokens at least `p` times as likely as the likeliest. */
function minP(entries: readonly Entry[], largest: number, p: number): readonly Entry[] {
  if (p <= 0) return entries;
  const floor = floorOf(largest, p);
  return entries.filter(({ logit }) => logit >= floor);
}
