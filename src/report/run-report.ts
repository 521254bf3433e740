import type { Demonstration } from "../core/example.ts";
import type { RunEvent } from "../core/run-event.ts";
import { candidateOf, foldRun, incumbentOf, type RunState } from "../core/run-state.ts";
import { type CandidateView, candidateViews, shownDemonstrations } from "./candidate-views.ts";
import { type Evidence, evidenceOf } from "./evidence.ts";
import { type ExampleRow, testRows, trainingRows } from "./example-rows.ts";
import { type IncumbentView, incumbentViews } from "./incumbents.ts";
import { type OperatorGain, operatorGains } from "./operator-gains.ts";
import { type PhaseCost, phaseCosts } from "./phases.ts";
import { type BesideEvents, type RunSummary, summariseRun } from "./summary.ts";

/** Everything that a page shows of a run: plain JSON, derived from its events. */
export interface RunReport {
  /** What terminal and Markdown say. */
  readonly summary: RunSummary;
  readonly candidates: readonly CandidateView[];
  readonly demonstrations: Readonly<Record<string, Demonstration>>;
  readonly incumbents: readonly IncumbentView[];
  /** `test` is empty before the verdict. */
  readonly examples: {
    readonly test: readonly ExampleRow[];
    readonly training: readonly ExampleRow[];
  };
  readonly operators: readonly OperatorGain[];
  readonly evidence: Evidence;
  readonly phases: readonly PhaseCost[];
}

/** A run as its log tells it. */
export interface RecordedEvents extends BesideEvents {
  readonly id: string;
  readonly events: readonly RunEvent[];
  /** Seconds of work up to each event. */
  readonly eventSeconds: readonly number[];
}

/**
 * Derives the report. Throws when the start prompt was not scored yet.
 *
 * @param state what the events fold to, for those who know it
 */
export function runReport(run: RecordedEvents, state: RunState = foldRun(run.events)): RunReport {
  const { id, events, eventSeconds } = run;
  const summary = summariseRun(id, state, run);
  const { started, verdict } = state;
  if (started === null) throw new RangeError("The run has not started");
  const candidates = candidateViews(events, state);
  return {
    summary,
    candidates,
    demonstrations: shownDemonstrations(state),
    incumbents: incumbentViews(events, state),
    examples: {
      test: verdict === null ? [] : testRows(verdict),
      training: trainingRows(
        started,
        candidateOf(state, "c0"),
        incumbentOf(state),
        summary.suspects,
      ),
    },
    operators: operatorGains(summary.operators, events, candidates),
    evidence: evidenceOf(candidates, verdict),
    phases: phaseCosts(events, eventSeconds),
  };
}
