import type { Sampling } from "../../core/model.ts";
import type { Random } from "../../core/random.ts";
import { loadRow, type LogitRow } from "./logit-row.ts";

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
  if (sampling.temperature <= 0) return mostLikely(scores);
  if (sampling.topK <= 0 && sampling.topP >= 1) return drawAny(scores, sampling, random);
  const row = loadRow(scores);
  const { largest } = row;
  const floor = floorOf(largest, sampling.minP);
  const kept = head(row, scores, sampling).filter((token) => (scores[token] as number) >= floor);
  const weights = kept.map((token) =>
    Math.exp(((scores[token] as number) - largest) / sampling.temperature),
  );
  let remaining = random.float() * total(weights);
  const drawn = weights.findIndex((weight) => (remaining -= weight) < 0);
  return kept[drawn] ?? kept.at(-1) ?? mostLikely(scores);
}

/** Tokens whose weights are added up at a time: which of them is drawn is looked for in one block only. */
const BLOCK_TOKENS = 1024;

/** Draws among all tokens that min-p leaves: what the filters would come to, without a list of the vocabulary. */
function drawAny(scores: Float32Array, { temperature, minP }: Sampling, random: Random): number {
  const best = mostLikely(scores);
  const largest = scores[best] as number;
  const floor = floorOf(largest, minP);
  const powers = scores.map((logit) =>
    logit >= floor ? (logit - largest) / temperature : -Infinity,
  );
  const blocks = weightsOfBlocks(powers);
  let remaining = random.float() * total(blocks);
  const block = blocks.findIndex((weight) => {
    if (remaining < weight) return true;
    remaining -= weight;
    return false;
  });
  const first = block * BLOCK_TOKENS;
  const within = powers
    .subarray(first, first + BLOCK_TOKENS)
    .findIndex((power) => power > -Infinity && (remaining -= Math.exp(power)) < 0);
  // Sums of single and of double precision may differ in the last digit, so that none is reached.
  return block < 0 || within < 0 ? best : first + within;
}

function weightsOfBlocks(powers: Float32Array): readonly number[] {
  return Array.from({ length: Math.ceil(powers.length / BLOCK_TOKENS) }, (_, block) => {
    const first = block * BLOCK_TOKENS;
    const row = loadRow(powers.subarray(first, first + BLOCK_TOKENS));
    return row.sumOfExponentials() * Math.exp(row.largest);
  });
}

/** The logit of a token that is `p` times as likely as the likeliest. */
function floorOf(largest: number, p: number): number {
  return p <= 0 ? -Infinity : largest + Math.log(Math.min(p, 1));
}

function mostLikely(scores: Float32Array): number {
  let best = 0;
  for (let token = 1; token < scores.length; token++) {
    if ((scores[token] as number) > (scores[best] as number)) best = token;
  }
  return best;
}

/** What top-k and top-p leave over, likeliest first. */
function head(row: LogitRow, scores: Float32Array, { topK, topP }: Sampling): readonly number[] {
  if (topK <= 0) {
    const needed = topP * row.sumOfExponentials();
    const first = likeliest(row, scores, { tokens: 1, weight: needed });
    return cutAt(scores, row.largest, first, needed);
  }
  const wanted = Math.min(topK, scores.length);
  const first = likeliest(row, scores, { tokens: wanted, weight: 0 }).slice(0, wanted);
  const weight = total(first.map((token) => weightOf(scores, row.largest, token)));
  return topP < 1 ? cutAt(scores, row.largest, first, topP * weight) : first;
}

/** Nats below the likeliest at which to look for enough tokens: sorting the whole vocabulary is slow. */
const WIDTHS_NATS = [2, 4, 6, 8, 10, 13, 16, Infinity];

/** A head of the sorted vocabulary with so many tokens and so much weight, lower ids first among equals. */
function likeliest(
  row: LogitRow,
  scores: Float32Array,
  enough: { readonly tokens: number; readonly weight: number },
): readonly number[] {
  const { largest } = row;
  let tokens: readonly number[] = [];
  for (const width of WIDTHS_NATS) {
    tokens = Array.from(row.tokensAbove(largest - width));
    const weights = tokens.map((token) => weightOf(scores, largest, token));
    if (tokens.length >= enough.tokens && total(weights) >= enough.weight) break;
  }
  return tokens.toSorted((a, b) => (scores[b] as number) - (scores[a] as number) || a - b);
}

/** Against the likeliest, whose weight is 1. */
function weightOf(scores: Float32Array, largest: number, token: number): number {
  return Math.exp((scores[token] as number) - largest);
}

/** The shortest head of the sorted tokens whose weight reaches what is needed. */
function cutAt(
  scores: Float32Array,
  largest: number,
  tokens: readonly number[],
  needed: number,
): readonly number[] {
  let reached = 0;
  const last = tokens.findIndex((token) => (reached += weightOf(scores, largest, token)) >= needed);
  // Sums in another order may differ in the last digit, so that nothing reaches the whole.
  return last < 0 ? tokens : tokens.slice(0, last + 1);
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
