import { expect, test } from "vitest";
import type { Candidate } from "../core/candidate.ts";
import { gradedLoss, lossOf } from "../core/loss.test-support.ts";
import { NO_USAGE } from "../core/model.ts";
import { ACCURACY, CROSS_ENTROPY, type Objective } from "../core/objective.ts";
import type { RunEvent } from "../core/run-event.ts";
import { foldRun } from "../core/run-state.ts";
import { compareRuns } from "./compare-runs.ts";
import { handScore } from "./hand-score.ts";
import { markdownReport } from "./markdown.ts";
import { runReport } from "./run-report.ts";
import { runRow } from "./run-row.ts";
import { summariseRun } from "./summary.ts";

const EXAMPLES = ["a", "b"].map((id) => ({ id, inputs: { input: `in ${id}` }, target: "yes" }));
const COSTS = { seconds: 1, estimate: null, prices: null, signal: null, projectFlag: "" };
const NOTE = "Accuracy mode: no log-probabilities.";

function prompt(instruction: string): Candidate {
  return { instruction, layout: { kind: "system" }, demonstrations: [] };
}

function started(objective: Objective): RunEvent & { readonly type: "run-started" } {
  return {
    type: "run-started",
    taskName: "task",
    model: "model",
    objective,
    objectiveReason: "named by you",
    trainIds: ["a", "b"],
    demonstrationIds: [],
    validationIds: [],
    testIds: ["t"],
    examples: EXAMPLES,
  };
}

/** A start prompt that is right on one of two examples, and a better one that is right on both. */
const EVENTS: readonly RunEvent[] = [
  started(ACCURACY),
  ...[0, 1].map((place): RunEvent => ({
    type: "candidate-scored",
    candidateId: `c${place}`,
    parentId: place === 0 ? null : "c0",
    operator: place === 0 ? "start" : "rewrite",
    iteration: place,
    candidate: prompt(place === 0 ? "Say." : "Say yes."),
    losses: [gradedLoss(1, "a"), gradedLoss(place, "b")],
    usage: NO_USAGE,
  })),
  { type: "iteration-ended", iteration: 1, acceptedId: "c1", incumbentId: "c1", loss: 0 },
];

test("a run in accuracy mode says so once, and shows accuracies where others show nats", () => {
  const summary = summariseRun("r", foldRun(EVENTS), COSTS);
  const text = markdownReport(summary);
  expect(summary.mode).toBe("accuracy");
  expect(text.split(NOTE)).toHaveLength(2);
  expect(text).toContain("| accuracy, % on training examples | 50.0 % | 100.0 % |");
  expect(text).not.toMatch(/nats|NaN|cross-entropy|null|undefined/);
});

test("its page holds the answers and their grades, and no likelihoods", () => {
  const recorded = { id: "r", events: EVENTS, eventSeconds: [0, 1, 2, 3] };
  const report = runReport({ ...recorded, ...COSTS });
  expect(report.summary.headline.text).toContain("training accuracy 50.0 % → 100.0 %");
  expect(report.evidence).toEqual({ lossAgainstAccuracy: null, calibration: null });
  expect(report.examples.training.map(({ start, best }) => [start, best])).toEqual(
    [1, 0].map((score) => [
      { loss: 1 - score, format: null, decision: null, answer: "said", score },
      { loss: 0, format: null, decision: null, answer: "said", score: 1 },
    ]),
  );
  expect(report.summary.best.training.likelihood).toBeNull();
});

test("rows of lists and prompts by hand know their mode", () => {
  const row = { id: "r", createdAt: "", model: "m", events: EVENTS, seconds: 1, prices: null };
  expect(runRow(row)).toMatchObject({ mode: "accuracy", startLoss: 0.5, bestLoss: 0 });
  const base = [lossOf(1, "a"), lossOf(2, "b")];
  expect(handScore(started(CROSS_ENTROPY), "c0", base, base).mode).toBe("likelihood");
});

test("it cannot be held against another in bits per byte", () => {
  const run = { id: "r", events: EVENTS, dataHashes: [], grading: { name: "exact", key: "" } };
  expect(() => compareRuns(run, { ...run, id: "s" })).toThrow(
    "Run r was made in accuracy mode: without log-probabilities",
  );
});
