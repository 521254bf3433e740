import type { StopReason } from "../core/run-event.ts";
import type { RunState } from "../core/run-state.ts";
import type { SearchSettings } from "../core/task.ts";

/** Why the search should end now, or null to go on. Asked between iterations. */
export function stopReason(
  state: RunState,
  settings: SearchSettings,
  elapsedSeconds: number,
): StopReason | null {
  const { maxIterations, patience, budget } = settings;
  if (state.iterations >= maxIterations) return "iterations";
  if (state.iterationsWithoutGain >= patience) return "patience";
  if (budget.tokens !== null && state.usage.requestedTokens >= budget.tokens) return "token-budget";
  if (budget.seconds !== null && elapsedSeconds >= budget.seconds) return "time-budget";
  return null;
}
