import type { ScoredCandidate } from "../core/run-state.ts";

/** Below this a difference of means is arithmetic noise of the kernels, not a gain. Nats. */
const SMALLEST_GAIN_NATS = 1e-3;

/** The candidate of lowest mean loss, if that is lower than the incumbent's; else null. */
export function bestImprovement(
  incumbent: ScoredCandidate,
  candidates: readonly ScoredCandidate[],
): ScoredCandidate | null {
  const best = candidates.reduce<ScoredCandidate | null>(
    (leader, candidate) =>
      leader === null || candidate.summary.loss < leader.summary.loss ? candidate : leader,
    null,
  );
  const gain = best === null ? 0 : incumbent.summary.loss - best.summary.loss;
  return gain > SMALLEST_GAIN_NATS ? best : null;
}
