import { expect, test } from "vitest";
import type { RecordedExample } from "../core/example.ts";
import type { ExampleLoss } from "../core/loss.ts";
import { lossOf } from "../core/loss.test-support.ts";
import type { Measure } from "../core/measure.ts";
import { NO_USAGE } from "../core/model.ts";
import type { RunEvent, TestResult } from "../core/run-event.ts";
import { type ComparableRun, compareRuns } from "./compare-runs.ts";

const example = (id: string): RecordedExample => ({ id, inputs: { input: id }, target: "yes" });

/** So many bits per byte of an answer of two bytes. */
function lossOfBits(bits: number, id: string): ExampleLoss {
  return { ...lossOf(99, id), crossEntropy: bits * 2 * Math.LN2, targetBytes: 2 };
}

function testedOn(bits: Readonly<Record<string, number>>): TestResult {
  const answers = Object.entries(bits).map(([id, each]) => ({
    exampleId: id,
    text: "yes",
    score: each < 1 ? 1 : 0,
    loss: lossOfBits(each, id),
  }));
  return {
    candidateId: "c0",
    answers,
    accuracy: 0,
    choiceAccuracy: null,
    choice: null,
    meanLoss: 0,
    positionBias: null,
    shortenedIds: [],
  };
}

interface RunOptions {
  isTested?: boolean;
  sha256?: string;
  file?: string;
  measure?: Measure;
  metric?: string;
}

/** A run with these bits per byte on its held-out examples, or on its training examples and no verdict. */
function run(
  id: string,
  bits: Readonly<Record<string, number>>,
  {
    isTested = true,
    sha256 = "1",
    file = "data.jsonl",
    measure = "accuracy",
    metric = "exact",
  }: RunOptions = {},
): ComparableRun {
  const examples = Object.keys(bits).map(example);
  const events: RunEvent[] = [
    {
      type: "run-started",
      taskName: "task",
      model: `model of ${id}`,
      objective: { kind: "cross-entropy", per: "answer", references: "target" },
      objectiveReason: "because",
      trainIds: [],
      demonstrationIds: [],
      validationIds: [],
      testIds: [],
      examples,
    },
    {
      type: "candidate-scored",
      candidateId: "c0",
      parentId: null,
      operator: "start",
      iteration: 0,
      candidate: { instruction: `prompt of ${id}`, layout: { kind: "system" }, demonstrations: [] },
      losses: Object.entries(bits).map(([each, value]) => lossOfBits(value, each)),
      usage: NO_USAGE,
    },
  ];
  if (isTested) {
    events.push({
      type: "verdict-reached",
      examples,
      start: testedOn(bits),
      best: testedOn(bits),
      measure,
      accuracy: { difference: 0, interval: [0, 0] },
      pValue: 1,
      minimumDetectable: null,
      loss: { difference: 0, interval: [0, 0] },
      choice: null,
      finding: "same-prompt",
      text: "",
      usage: NO_USAGE,
    });
  }
  return { id, events, dataHashes: [{ file, sha256 }], grading: { name: metric, key: metric } };
}

test("bits per byte are compared example by example, second minus first", () => {
  const comparison = compareRuns(run("A", { a: 2, b: 1 }), run("B", { b: 1.5, a: 0.5 }));
  expect(comparison.rows.map(({ id, start, best }) => [id, start.loss, best.loss])).toEqual([
    ["a", 2, 0.5],
    ["b", 1, 1.5],
  ]);
  expect(comparison.difference.difference).toBeCloseTo((-1.5 + 0.5) / 2, 12);
  const [low, high] = comparison.difference.interval;
  expect(low).toBeLessThanOrEqual(-0.5);
  expect(high).toBeGreaterThanOrEqual(-0.5);
  expect(comparison).toMatchObject({ better: 1, worse: 1, leftOut: 0, examplesAre: "held-out" });
  expect(
    comparison.sides.map(({ id, model, bitsPerByte, accuracy }) => [
      id,
      model,
      bitsPerByte,
      accuracy,
    ]),
  ).toEqual([
    ["A", "model of A", 1.5, 0],
    ["B", "model of B", 1, 0.5],
  ]);
});

test("accuracies are compared example by example, where both are of one measure", () => {
  const [before, after] = [run("A", { a: 2, b: 2, c: 2 }), { a: 0.5, b: 0.5, c: 0.5 }] as const;
  expect(compareRuns(before, run("B", after)).accuracyDifference).toEqual({
    difference: 1,
    interval: [1, 1],
    // Three of three won: as likely as three heads or three tails.
    pValue: expect.closeTo(0.25, 12) as number,
  });
  const none = compareRuns(before, run("B", { a: 3, b: 2, c: 1 })).accuracyDifference;
  expect(none).toMatchObject({ difference: 0, pValue: 1 });
  const byChoice = run("B", after, { measure: "choice-accuracy" });
  expect(compareRuns(before, byChoice).accuracyDifference).toBeNull();
  const untested = run("B", after, { isTested: false });
  expect(compareRuns(before, untested).accuracyDifference).toBeNull();
});

test("accuracies by two metrics are not held against each other, but chosen answers need none", () => {
  const bits = { a: 2, b: 0.5 };
  const graded = (metric: string, measure: Measure): ComparableRun =>
    run(metric, bits, { metric, measure });
  const written = ["exact", "contains"].map((metric) => graded(metric, "accuracy"));
  const [first, second] = written as [ComparableRun, ComparableRun];
  const comparison = compareRuns(first, second);
  expect(comparison.accuracyDifference).toBeNull();
  expect(comparison.sides.map(({ metric }) => metric)).toEqual(["exact", "contains"]);
  const chosen = [
    graded("exact", "choice-accuracy"),
    graded("contains", "choice-accuracy"),
  ] as const;
  expect(compareRuns(...chosen).accuracyDifference?.difference).toBe(0);
});

test("a single example, or a few that agree, prove no difference", () => {
  const one = compareRuns(run("A", { a: 2 }), run("B", { a: 1 }));
  expect(one.difference).toEqual({ difference: -1, interval: [-1, -1], pValue: 1 });
  const bits = (loss: number): Record<string, number> =>
    Object.fromEntries(["a", "b", "c", "d"].map((id) => [id, loss]));
  expect(compareRuns(run("A", bits(2)), run("B", bits(1))).difference.pValue).toBe(0.125);
});

test("a run is not held against itself, nor against one that did not begin", () => {
  const whole = run("A", { a: 2 });
  expect(() => compareRuns(whole, whole)).toThrow("cannot be held against itself");
  const empty = { ...run("B", { a: 2 }), events: run("B", { a: 2 }).events.slice(0, 1) };
  expect(() => compareRuns(whole, empty)).toThrow("Run B ended before its start prompt was scored");
});

test("the same two runs give the same interval", () => {
  const runs = [run("A", { a: 2, b: 1, c: 3 }), run("B", { a: 1, b: 1.5, c: 1 })] as const;
  expect(compareRuns(...runs)).toEqual(compareRuns(...runs));
});

test("examples that one run used otherwise are left out and counted", () => {
  const comparison = compareRuns(run("A", { a: 2, b: 1 }), run("B", { b: 2, c: 1 }));
  expect(comparison.rows.map(({ id }) => id)).toEqual(["b"]);
  expect(comparison.leftOut).toBe(2);
});

test("without a verdict in both the training examples are compared, which nobody answered", () => {
  const comparison = compareRuns(run("A", { a: 2 }), run("B", { a: 1 }, { isTested: false }));
  expect(comparison.examplesAre).toBe("training");
  expect(comparison.sides.map(({ accuracy }) => accuracy)).toEqual([null, null]);
});

test("runs on different data are refused by the names of their files", () => {
  const other = run("B", { a: 1 }, { sha256: "2", file: "other.csv" });
  expect(() => compareRuns(run("A", { a: 2 }), other)).toThrow(
    "These runs are on different data: A on data.jsonl, B on other.csv",
  );
  expect(() => compareRuns(run("A", { a: 2 }), run("B", { a: 1 }, { sha256: "2" }))).toThrow(
    "A on data.jsonl, B on data.jsonl, which changed in between",
  );
});

test("runs that divided the data so that they share no example are refused", () => {
  expect(() => compareRuns(run("A", { a: 2 }), run("B", { b: 2 }))).toThrow("share no example");
});
