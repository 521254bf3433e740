import { describe, expect, test } from "vitest";
import {
  type AnswerScore,
  CROSS_ENTROPY,
  DECISION,
  type ExampleScores,
  type LikelihoodObjective,
  PREFERENCE,
} from "../core/objective.ts";
import { defaultObjective, exampleLoss, objectiveNeeds, publishedObjective } from "./objective.ts";

const answer = (text: string, logProb: number, tokens = 1): AnswerScore => ({
  text,
  logProb,
  tokens,
  bytes: text.length,
});

const SCORES: ExampleScores = {
  target: answer("yes", -2, 2),
  accepted: [answer("yeah", -3, 1)],
  right: new Set(["yes", "yeah"]),
  options: null,
  negatives: [],
  contentFree: new Map(),
  reference: new Map(),
};

const lossOf = (objective: LikelihoodObjective, scores: Partial<ExampleScores> = {}): number =>
  exampleLoss(objective, { ...SCORES, ...scores }).loss;

test("the default follows how answers are read", () => {
  const open = { answers: "generated", closed: false, paired: false } as const;
  const chosen = { ...open, answers: "chosen" } as const;
  expect(defaultObjective({ ...open, closed: true }).objective).toBe(CROSS_ENTROPY);
  expect(defaultObjective({ ...open, paired: true }).objective).toBe(CROSS_ENTROPY);
  expect(defaultObjective(chosen).objective).toBe(CROSS_ENTROPY);
  expect(defaultObjective({ ...chosen, closed: true }).objective).toBe(DECISION);
  expect(defaultObjective({ ...chosen, closed: true, paired: true }).objective).toBe(PREFERENCE);
  expect(publishedObjective(open).objective).toBe(CROSS_ENTROPY);
  expect(publishedObjective({ ...open, closed: true }).objective).toBe(PREFERENCE);
  expect(publishedObjective({ ...open, paired: true }).objective).toBe(PREFERENCE);
});

test.each<[Partial<typeof CROSS_ENTROPY>, number]>([
  [{}, 2],
  [{ per: "token" }, 1],
  [{ per: "byte" }, 2 / 3],
  [{ references: "best" }, 2],
  [{ references: "sum" }, -Math.log(Math.exp(-2) + Math.exp(-3))],
  [{ per: "token", references: "best" }, 1],
])("cross-entropy %j is %d", (change, expected) => {
  expect(lossOf({ ...CROSS_ENTROPY, ...change })).toBeCloseTo(expected, 12);
});

describe("decision", () => {
  const options = [answer("no", -1), SCORES.target];

  test("mixes its parts", () => {
    const format = -Math.log(Math.exp(-1) + Math.exp(-2));
    const loss = exampleLoss(DECISION, { ...SCORES, options });
    expect(loss.loss).toBeCloseTo(2 - format + 0.02 * format, 12);
    expect(loss.choice).toMatchObject({ picked: "no", correct: false });
  });

  test("with the prior taken off, the format stays what it was", () => {
    const contentFree = new Map([
      ["no", -1],
      ["yes", -4],
    ]);
    const objective = { ...DECISION, priorCorrection: true };
    const { choice } = exampleLoss(objective, { ...SCORES, options, contentFree });
    expect(choice?.picked).toBe("yes");
    expect(choice?.decision).toBeCloseTo(Math.log(1 + Math.exp(-2)), 12);
    expect(() => lossOf(objective, { options })).toThrow('the score of "no" without an input');
  });

  test("refuses open answers", () => {
    expect(() => lossOf(DECISION)).toThrow("closed set");
  });
});

test("contrast is the share of the answer among itself and wrong ones", () => {
  const negatives = [answer("no", -2), answer("perhaps", -2)];
  const objective = { kind: "contrast", negatives: "others", count: 2 } as const;
  expect(lossOf({ ...objective, crossEntropyWeight: 0 }, { negatives })).toBeCloseTo(Math.log(3));
  expect(lossOf({ ...objective, crossEntropyWeight: 0.5 }, { negatives })).toBeCloseTo(
    Math.log(3) + 1,
  );
});

test("mutual information is what the input adds", () => {
  const objective = { kind: "mutual-information", crossEntropyWeight: 0 } as const;
  expect(lossOf(objective, { contentFree: new Map([["yes", -5]]) })).toBeCloseTo(-3, 12);
  expect(() => lossOf(objective)).toThrow("without an input");
});

describe("preference", () => {
  const negatives = [answer("no", -6, 3)];
  const reference = new Map([
    ["yes", -3],
    ["no", -5],
  ]);
  const sigmoidLoss = (z: number): number => Math.log(1 + Math.exp(-z));
  const preference = { kind: "preference", beta: 0.5, margin: 0.1 } as const;

  test.each([
    ["logistic", sigmoidLoss(0.5 * 4)],
    ["dpo", sigmoidLoss(0.5 * 2)],
    ["simpo", sigmoidLoss(0.5 * (-1 + 2) - 0.1)],
    ["ipo", (2 - 1) ** 2],
  ] as const)("%s", (form, expected) => {
    expect(lossOf({ ...preference, form }, { negatives, reference })).toBeCloseTo(expected, 12);
  });

  test("in a closed set every other option is rejected", () => {
    const options = [answer("no", -6, 3), SCORES.target, answer("perhaps", -4)];
    const loss = lossOf({ ...preference, form: "logistic" }, { options });
    expect(loss).toBeCloseTo((sigmoidLoss(2) + sigmoidLoss(1)) / 2, 12);
  });

  test("does not overflow, and needs something to prefer over", () => {
    const far = [answer("no", 0)];
    const loss = lossOf(
      { ...preference, form: "logistic" },
      { target: answer("yes", -5000), negatives: far },
    );
    expect(loss).toBe(2500);
    expect(() => lossOf({ ...preference, form: "logistic" })).toThrow("at least one rejected");
    expect(() => lossOf({ ...preference, form: "dpo" }, { negatives })).toThrow("start prompt");
  });
});

test("an objective asks only for what it uses", () => {
  const none = { accepted: false, negatives: false, contentFree: false, reference: false };
  expect(objectiveNeeds(CROSS_ENTROPY)).toEqual(none);
  expect(objectiveNeeds({ ...CROSS_ENTROPY, references: "sum" })).toEqual({
    ...none,
    accepted: true,
  });
  expect(objectiveNeeds({ ...DECISION, priorCorrection: true })).toEqual({
    ...none,
    contentFree: true,
  });
  expect(objectiveNeeds({ kind: "preference", form: "dpo", beta: 1, margin: 0 })).toEqual({
    ...none,
    negatives: true,
    reference: true,
  });
});
