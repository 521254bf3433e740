import { costOf } from "../core/model.ts";
import { machineCost, type Prices } from "../core/prices.ts";
import type { Finding, RunEvent, TestResult, VerdictReached } from "../core/run-event.ts";
import { foldRun } from "../core/run-state.ts";
import { type ScoringMode, scoringMode } from "../core/scoring-mode.ts";

/** Whether a process works on a run, it can be gone on with, it has its verdict, or its files are damaged. */
export type RunCondition = "working" | "stopped" | "finished" | "unreadable";

/** A run in a list of runs. */
export interface RunRow {
  readonly id: string;
  readonly condition: RunCondition;
  /** Why it cannot be read; what follows is then null or 0. */
  readonly problem: string | null;
  /** ISO 8601, UTC. */
  readonly createdAt: string | null;
  readonly taskName: string | null;
  readonly model: string | null;
  readonly iterations: number;
  readonly candidates: number;
  /** What its losses are; null where none is known. */
  readonly mode: ScoringMode | null;
  /** On the training examples. */
  readonly startLoss: number | null;
  readonly bestLoss: number | null;
  readonly verdict: {
    readonly finding: Finding;
    /** On the held-out examples, 0 to 1. */
    readonly startAccuracy: number;
    readonly bestAccuracy: number;
  } | null;
  readonly seconds: number;
  readonly evaluatedTokens: number;
  readonly money: { readonly currency: string; readonly amount: number } | null;
}

/** What is recorded of a run, as far as a row needs it. */
export interface RowSource {
  readonly id: string;
  readonly createdAt: string;
  readonly model: string;
  readonly events: readonly RunEvent[];
  readonly seconds: number;
  readonly prices: Prices | null;
}

/** A run's row but for whether a process works on it. */
export function runRow(run: RowSource): Omit<RunRow, "condition"> {
  const state = foldRun(run.events);
  const { verdict, usage } = state;
  return {
    id: run.id,
    problem: null,
    createdAt: run.createdAt,
    taskName: state.started?.taskName ?? null,
    model: state.started?.model ?? run.model,
    iterations: state.iterations,
    candidates: state.candidates.length + state.dropped.length,
    mode: state.started && scoringMode(state.started.objective),
    startLoss: state.lossHistory[0] ?? null,
    bestLoss: state.lossHistory.at(-1) ?? null,
    verdict: verdict && {
      finding: verdict.finding,
      startAccuracy: accuracyOf(verdict.start, verdict),
      bestAccuracy: accuracyOf(verdict.best, verdict),
    },
    seconds: run.seconds,
    evaluatedTokens: usage.evaluatedTokens,
    money: run.prices && {
      currency: run.prices.currency,
      amount: costOf(usage) + machineCost(run.prices, run.seconds),
    },
  };
}

/** The row of a run that cannot be read. */
export function unreadableRow(id: string, problem: string): RunRow {
  return {
    id,
    condition: "unreadable",
    problem,
    createdAt: null,
    taskName: null,
    model: null,
    iterations: 0,
    candidates: 0,
    mode: null,
    startLoss: null,
    bestLoss: null,
    verdict: null,
    seconds: 0,
    evaluatedTokens: 0,
    money: null,
  };
}

function accuracyOf(result: TestResult, { measure }: VerdictReached): number {
  return measure === "accuracy" ? result.accuracy : (result.choiceAccuracy ?? 0);
}
