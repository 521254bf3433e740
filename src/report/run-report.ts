import type { Demonstration } from "../core/example.ts";
import type { RunEvent } from "../core/run-event.ts";
import { candidateOf, foldRun, incumbentOf } from "../core/run-state.ts";
import { type CandidateView, candidateViews, shownDemonstrations } from "./candidate-views.ts";
import { type Evidence, evidenceOf } from "./evidence.ts";
import { type ExampleRow, testRows, trainingRows } from "./example-rows.ts";
import { type Headline, headlineOf } from "./headline.ts";
import { type IncumbentView, incumbentViews } from "./incumbents.ts";
import { type OperatorGain, operatorGains } from "./operator-gains.ts";
import { type PhaseCost, phaseCosts } from "./phases.ts";
import { type RunCosts, type RunSummary, summariseRun } from "./summary.ts";

/** Everything that a page shows of a run: plain JSON, derived from its events. */
export interface RunReport {
  readonly headline: Headline;
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
export interface RecordedEvents extends RunCosts {
  readonly id: string;
  readonly events: readonly RunEvent[];
  /** Seconds of work up to each event. */
  readonly eventSeconds: readonly number[];
  /** What commands on the run need to find it: ` --project FOLDER`, or nothing. */
  readonly projectFlag: string;
}

/** Derives the report. Throws when the start prompt was not scored yet. */
export function runReport(run: RecordedEvents): RunReport {
  const { id, events, eventSeconds } = run;
  const state = foldRun(events);
  const summary = summariseRun(id, state, run);
  const { started, verdict } = state;
  if (started === null) throw new RangeError("The run has not started");
  const candidates = candidateViews(events, state);
  return {
    headline: headlineOf(summary, verdict, run.projectFlag),
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
