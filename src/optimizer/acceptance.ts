import type { ExampleLoss } from "../core/loss.ts";
import type { ScoredCandidate } from "../core/run-state.ts";

/** Whether a candidate is better than the incumbent by enough to take its place. */
export type IsGain = (incumbent: ScoredCandidate, candidate: ScoredCandidate) => boolean;

/** Below this a difference of means is arithmetic noise of the kernels, not a gain. Nats. */
const SMALLEST_GAIN_NATS = 1e-3;

/** For losses that change a little with every word. */
export const isAboveRounding: IsGain = (incumbent, candidate) =>
  incumbent.summary.loss - candidate.summary.loss > SMALLEST_GAIN_NATS;

/** Standard errors by which grades have to rise: docs/decisions/0011. */
const NOISE_REACH = 1.5;

/**
 * For grades, of which few change: they have to rise by more than falls and rises of that size
 * would if each were as likely as not. One example more is never enough, nor are two.
 */
export const isAboveNoise: IsGain = (incumbent, candidate) => {
  const gains = incumbent.losses.map(
    ({ loss }, index) => loss - (candidate.losses[index] as ExampleLoss).loss,
  );
  return sum(gains) > NOISE_REACH * Math.sqrt(sum(gains.map((gain) => gain ** 2)));
};

/** The candidates that better the incumbent by enough, the lowest mean loss first. */
export function improvements(
  incumbent: ScoredCandidate,
  candidates: readonly ScoredCandidate[],
  isGain: IsGain,
): readonly ScoredCandidate[] {
  return candidates
    .filter((candidate) => isGain(incumbent, candidate))
    .sort((a, b) => a.summary.loss - b.summary.loss);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
