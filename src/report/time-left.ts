import { candidatesIn, type RunState } from "../core/run-state.ts";
import type { SearchSettings } from "../core/task.ts";
import { duration } from "./numbers.ts";

/** Work whose pace is looked at: of the whole run, or of what was done since it went on. */
export interface Pace {
  /** Where it began. */
  readonly from: Pick<RunState, "iterations" | "usage">;
  /** Of work before it. */
  readonly secondsBefore: number;
  /** Of the work itself, above 0. */
  readonly seconds: number;
}

/** Of the settings of a search, those that end it. */
export type SearchLimits = Pick<SearchSettings, "maxIterations" | "budget">;

/**
 * How long the search goes on at most, by its pace: its iterations, of which the one under way counts
 * by its candidates, and its budget. Before the first iteration ended: how long it took so far.
 * Patience may end it earlier.
 */
export function timeLeft(
  state: RunState,
  { from, secondsBefore, seconds }: Pace,
  { maxIterations, budget }: SearchLimits,
): string {
  if (state.iterations === from.iterations) return `${duration(secondsBefore + seconds)} so far`;
  const { iterations } = state;
  const underWay =
    candidatesIn(state, iterations + 1) / Math.max(1, candidatesIn(state, iterations));
  const done = iterations - from.iterations + Math.min(1, underWay);
  const requested = state.usage.requestedTokens;
  const tokensDone = Math.max(1, requested - from.usage.requestedTokens);
  const left = Math.min(
    (maxIterations - from.iterations - done) * (seconds / done),
    (budget.seconds ?? Number.POSITIVE_INFINITY) - secondsBefore - seconds,
    ((budget.tokens ?? Number.POSITIVE_INFINITY) - requested) * (seconds / tokensDone),
  );
  return `about ${duration(Math.max(0, left))} left at most`;
}
