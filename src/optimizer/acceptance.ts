import type { ScoredCandidate } from "../core/run-state.ts";

/** Below this a difference of means is arithmetic noise of the kernels, not a gain. Nats. */
const SMALLEST_GAIN_NATS = 1e-3;

/** The candidates whose mean loss is lower than the incumbent's, the lowest first. */
export function improvements(
  incumbent: ScoredCandidate,
  candidates: readonly ScoredCandidate[],
): readonly ScoredCandidate[] {
  return candidates
    .filter(({ summary }) => incumbent.summary.loss - summary.loss > SMALLEST_GAIN_NATS)
    .sort((a, b) => a.summary.loss - b.summary.loss);
}
