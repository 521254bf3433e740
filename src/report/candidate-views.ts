import { layoutName } from "../core/candidate.ts";
import type { Demonstration } from "../core/example.ts";
import type { CandidateDropped, RunEvent } from "../core/run-event.ts";
import { foretoldLoss, type RunState, type ScoredCandidate } from "../core/run-state.ts";

/** A candidate as charts and trees show it. */
export interface CandidateView {
  readonly id: string;
  readonly parentId: string | null;
  readonly operator: string;
  readonly iteration: number;
  readonly instruction: string;
  readonly layout: string;
  readonly demonstrationIds: readonly string[];
  /** Mean on the training examples; of one that was dropped, what the examples it saw foretell. Nats. */
  readonly loss: number;
  /** Training examples that were scored before it was dropped; null where all were. */
  readonly droppedAfter: number | null;
  readonly isAccepted: boolean;
  readonly validationLoss: number | null;
  /** Mean tokens before the answer; null where it was dropped. */
  readonly promptTokens: number | null;
  /** Share of training examples whose likeliest option is the right one; null without options. */
  readonly choiceAccuracy: number | null;
}

/** All candidates in the order in which their scoring ended. */
export function candidateViews(
  events: readonly RunEvent[],
  state: RunState,
): readonly CandidateView[] {
  const scored = new Map(state.candidates.map((candidate) => [candidate.id, candidate]));
  const accepted = new Set(
    events.flatMap((event) => (event.type === "iteration-ended" ? [event.acceptedId] : [])),
  );
  return events.flatMap((event): readonly CandidateView[] => {
    if (event.type === "candidate-dropped") return [droppedView(event, scored)];
    const candidate = event.type === "candidate-scored" && scored.get(event.candidateId);
    if (!candidate) return [];
    const isAccepted = candidate.parentId === null || accepted.has(candidate.id);
    return [scoredView(candidate, isAccepted, state.validationLosses[candidate.id] ?? null)];
  });
}

/** The demonstrations that any candidate shows, by id. */
export function shownDemonstrations(state: RunState): Readonly<Record<string, Demonstration>> {
  const candidates = [...state.candidates, ...state.dropped].map(({ candidate }) => candidate);
  const shown = candidates.flatMap(({ demonstrations }) => demonstrations);
  return Object.fromEntries(shown.map((demonstration) => [demonstration.id, demonstration]));
}

function scoredView(
  scored: ScoredCandidate,
  isAccepted: boolean,
  validationLoss: number | null,
): CandidateView {
  return {
    ...promptOf(scored.id, scored),
    loss: scored.summary.loss,
    droppedAfter: null,
    isAccepted,
    validationLoss,
    promptTokens: scored.summary.promptTokens,
    choiceAccuracy: scored.summary.choiceAccuracy,
  };
}

function droppedView(
  dropped: CandidateDropped,
  scored: ReadonlyMap<string, ScoredCandidate>,
): CandidateView {
  return {
    ...promptOf(dropped.candidateId, dropped),
    loss: foretoldLoss(dropped, scored.get(dropped.parentId) as ScoredCandidate),
    droppedAfter: dropped.losses.length,
    isAccepted: false,
    validationLoss: null,
    promptTokens: null,
    choiceAccuracy: null,
  };
}

function promptOf(
  id: string,
  { parentId, operator, iteration, candidate }: ScoredCandidate | CandidateDropped,
): Pick<
  CandidateView,
  "id" | "parentId" | "operator" | "iteration" | "instruction" | "layout" | "demonstrationIds"
> {
  return {
    id,
    parentId,
    operator,
    iteration,
    instruction: candidate.instruction,
    layout: layoutName(candidate.layout),
    demonstrationIds: candidate.demonstrations.map((demonstration) => demonstration.id),
  };
}
