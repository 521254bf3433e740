import type { Layout } from "../core/candidate.ts";
import type { PairedDifference, PartEffect, RunEvent } from "../core/run-event.ts";
import { candidateOf, type RunState, type ScoredCandidate } from "../core/run-state.ts";
import { meanInterval, studentReach } from "../statistics/student.ts";

/** A prompt that was the best for a while. */
export interface IncumbentView {
  readonly id: string;
  /** After which it was the best; 0 for the start prompt. */
  readonly iteration: number;
  /** Its training loss − the start prompt's, nats, example by example. */
  readonly fromStart: PairedDifference;
  readonly layout: Layout;
  /** What masking each part of its instruction does; empty where that was not measured. */
  readonly parts: readonly PartView[];
}

/** A part with the 95 % interval of what masking it does to the loss, nats. */
export interface PartView extends PartEffect {
  readonly interval: readonly [low: number, high: number];
}

/** The start prompt and every one that took the place of the best, in order. */
export function incumbentViews(
  events: readonly RunEvent[],
  state: RunState,
): readonly IncumbentView[] {
  const [start] = state.candidates;
  if (start === undefined) return [];
  const accepted = events.flatMap((event) =>
    event.type === "iteration-ended" && event.acceptedId !== null
      ? [{ id: event.acceptedId, iteration: event.iteration }]
      : [],
  );
  return [{ id: start.id, iteration: 0 }, ...accepted].map(({ id, iteration }) => ({
    id,
    iteration,
    fromStart: difference(start, candidateOf(state, id)),
    layout: candidateOf(state, id).candidate.layout,
    parts: (state.partsByCandidate[id]?.parts ?? []).map((part) =>
      partView(part, start.losses.length),
    ),
  }));
}

/** Each training example gave one of the differences. */
function partView(part: PartEffect, examples: number): PartView {
  const reach = examples < 2 ? 0 : studentReach(examples - 1) * part.standardError;
  return { ...part, interval: [part.deltaLoss - reach, part.deltaLoss + reach] };
}

function difference(start: ScoredCandidate, other: ScoredCandidate): PairedDifference {
  const differences = other.losses.map(
    ({ loss }, index) => loss - (start.losses[index]?.loss as number),
  );
  const { mean, interval } = meanInterval(differences);
  return { difference: mean, interval };
}
