import { candidatesIn, type RunState } from "../core/run-state.ts";
import type { SearchSettings } from "../core/task.ts";
import { duration } from "./numbers.ts";

/** Of the settings of a search, those that end it. */
export type SearchLimits = Pick<SearchSettings, "maxIterations" | "budget">;

/**
 * How long the search goes on at most, by its pace so far: its iterations, of which the one under way
 * counts by its candidates, and its budget, which is looked at when an iteration ends. Patience may end
 * it earlier; the verdict comes on top. Null before the first iteration ended. `seconds` are those of the
 * whole run.
 */
export function timeLeft(
  state: RunState,
  seconds: number,
  { maxIterations, budget }: SearchLimits,
): string | null {
  const { iterations } = state;
  if (iterations === 0) return null;
  const underWay = Math.min(
    1,
    candidatesIn(state, iterations + 1) / Math.max(1, candidatesIn(state, iterations)),
  );
  const done = iterations + underWay;
  const requested = state.usage.requestedTokens;
  const ends = [
    maxIterations,
    ...(budget.seconds === null ? [] : [iterationsWithin(budget.seconds, seconds, done)]),
    ...(budget.tokens === null ? [] : [iterationsWithin(budget.tokens, requested, done)]),
  ];
  const left = Math.max(Math.ceil(done), Math.min(...ends)) - done;
  return `about ${duration(left * (seconds / done))} of search left at most`;
}

/** Whole iterations after which so much is spent, where `spent` went into those that are done. */
function iterationsWithin(budget: number, spent: number, done: number): number {
  return spent === 0 ? Number.POSITIVE_INFINITY : Math.ceil((budget / spent) * done);
}
