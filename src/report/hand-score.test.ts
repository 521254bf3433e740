import { expect, test } from "vitest";
import { lossOf } from "../core/loss.test-support.ts";
import { CROSS_ENTROPY } from "../core/objective.ts";
import { handScore } from "./hand-score.ts";

const examples = ["a", "b", "c"].map((id) => ({ id, inputs: { input: id }, target: "yes" }));
const losses = (...each: readonly number[]) =>
  each.map((loss, index) => lossOf(loss, examples[index]?.id ?? ""));

test("a prompt by hand is held against its base example by example", () => {
  const score = handScore(
    { examples, objective: CROSS_ENTROPY },
    "c3",
    losses(4, 2, 1),
    losses(3, 2, 3),
  );
  expect(score).toMatchObject({ baseId: "c3", better: 1, worse: 1 });
  expect(score.baseLoss).toBeCloseTo(7 / 3, 12);
  expect(score.handLoss).toBeCloseTo(8 / 3, 12);
  expect(score.difference.difference).toBeCloseTo(1 / 3, 12);
  expect(score.difference.interval[0]).toBeLessThan(0);
  expect(score.rows.map(({ id, start, best }) => [id, start.loss, best.loss])).toEqual([
    ["a", 4, 3],
    ["b", 2, 2],
    ["c", 1, 3],
  ]);
});
