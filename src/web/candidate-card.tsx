import type { JSX } from "preact";
import type { CandidateView } from "../report/candidate-views.ts";
import type { LossUnit } from "../report/loss-unit.ts";
import { counted } from "../report/numbers.ts";
import { useLossUnit } from "./use-loss-unit.ts";
import { WordDiff } from "./word-diff.tsx";

/** What is known of the candidate that was picked in a chart: where it comes from and what it changed. */
export function CandidateCard({
  candidate,
  parent,
}: {
  readonly candidate: CandidateView;
  readonly parent: CandidateView | null;
}): JSX.Element {
  const { text, change, unit, name } = useLossUnit();
  const changes = parent === null ? [] : otherChanges(parent, candidate);
  return (
    <div class="card">
      <p class="card-title">
        <strong>{candidate.id}</strong> {candidate.operator}
        <span class="quiet">{stateOf(candidate)}</span>
      </p>
      <p class="card-numbers">
        {candidate.droppedAfter === null ? "" : "about "}
        {text(candidate.loss)} {name === "loss" ? unit : name}
        {parent === null ? null : (
          <span class="quiet">
            {" "}
            {change(candidate.loss - parent.loss)} against its parent {parent.id}
          </span>
        )}
      </p>
      {changes.length === 0 ? null : <p class="quiet">{changes.join(" · ")}</p>}
      {parent === null ? (
        <p class="prompt-text">{candidate.instruction}</p>
      ) : (
        <WordDiff before={parent.instruction} after={candidate.instruction} />
      )}
    </div>
  );
}

/** A candidate in one line, for those who hear it. */
export function spokenCandidate(candidate: CandidateView, { name, text }: LossUnit): string {
  return `${candidate.id}, ${candidate.operator}, ${name} ${text(candidate.loss)}, ${stateOf(candidate)}`;
}

function stateOf({ isAccepted, droppedAfter, iteration, parentId }: CandidateView): string {
  if (parentId === null) return "the start prompt";
  if (isAccepted) return `accepted in iteration ${iteration}`;
  return droppedAfter === null
    ? `scored in iteration ${iteration}`
    : `dropped in iteration ${iteration} after ${counted(droppedAfter, "example")}`;
}

function otherChanges(parent: CandidateView, candidate: CandidateView): readonly string[] {
  const [before, after] = [parent.demonstrationIds, candidate.demonstrationIds];
  return [
    ...(parent.layout === candidate.layout
      ? []
      : [`layout ${parent.layout} → ${candidate.layout}`]),
    ...(before.join() === after.join()
      ? []
      : [
          before.length === after.length
            ? `other demonstrations (${after.length})`
            : `demonstrations ${before.length} → ${after.length}`,
        ]),
  ];
}
