import * as fc from "fast-check";
import { expect, test } from "vitest";
import { choiceLoss } from "./choice.ts";

test("splits a case worked out by hand", () => {
  // p(yes) = 0.3, p(no) = 0.1: a legal answer in 0.4 of cases, the right one in 3 of 4 of those.
  const loss = choiceLoss(["no", "yes"], [Math.log(0.1), Math.log(0.3)], [false, true]);
  expect(loss.format).toBeCloseTo(-Math.log(0.4), 12);
  expect(loss.decision).toBeCloseTo(-Math.log(0.75), 12);
  expect(loss).toMatchObject({ picked: "yes", correct: true });
});

test("it is right to pick any of several right answers", () => {
  const probabilities = [0.1, 0.3, 0.2];
  const { decision, format, margin, brier, confidence, ...picked } = choiceLoss(
    ["no", "yes", "sure"],
    probabilities.map(Math.log),
    [false, true, true],
  );
  expect(picked).toEqual({ picked: "yes", correct: true });
  expect(format).toBeCloseTo(-Math.log(0.6), 12);
  expect(decision).toBeCloseTo(-Math.log(0.5 / 0.6), 12);
  expect(margin).toBeCloseTo(Math.log(3), 12);
  expect(brier).toBeCloseTo(2 / 36, 12);
  expect(confidence).toBeCloseTo(0.5, 12);
});

/** One right answer. */
const only = (gold: number, values: readonly number[]): readonly boolean[] =>
  values.map((_, index) => index === gold);

const logProbs = fc.array(fc.double({ min: -700, max: -1e-6, noNaN: true }), {
  minLength: 2,
  maxLength: 6,
});

test("format and decision add up to the cross-entropy, and neither decision nor −log p is negative", () => {
  fc.assert(
    fc.property(logProbs, fc.nat(), (values, nat) => {
      const gold = nat % values.length;
      const options = values.map((_, index) => `option ${index}`);
      const { format, decision } = choiceLoss(options, values, only(gold, values));
      expect(format + decision).toBeCloseTo(-(values[gold] ?? 0), 8);
      expect(decision).toBeGreaterThanOrEqual(-1e-12);
    }),
  );
});

test("the decision does not change when all options become less likely alike", () => {
  fc.assert(
    fc.property(logProbs, fc.double({ min: 0, max: 50, noNaN: true }), (values, shift) => {
      const options = values.map((_, index) => `option ${index}`);
      const before = choiceLoss(options, values, only(0, values));
      const after = choiceLoss(
        options,
        values.map((value) => value - shift),
        only(0, values),
      );
      expect(after.decision).toBeCloseTo(before.decision, 8);
      expect(after.format).toBeCloseTo(before.format + shift, 8);
    }),
  );
});

test("margin, Brier score and confidence are what their definitions say", () => {
  fc.assert(
    fc.property(logProbs, fc.nat(), (values, nat) => {
      const gold = nat % values.length;
      const options = values.map((_, index) => `option ${index}`);
      const { margin, brier, confidence, correct, picked } = choiceLoss(
        options,
        values,
        only(gold, values),
      );
      const largest = Math.max(...values);
      const weights = values.map((value) => Math.exp(value - largest));
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      const shares = weights.map((weight) => weight / total);
      let naiveBrier = 0;
      shares.forEach((share, index) => {
        naiveBrier += index === gold ? (1 - share) * (1 - share) : share * share;
      });
      const others = values.filter((_, index) => index !== gold).sort((a, b) => b - a);
      expect(brier).toBeCloseTo(naiveBrier, 10);
      expect(confidence).toBeCloseTo(Math.max(...shares), 10);
      expect(shares[options.indexOf(picked)]).toBeCloseTo(confidence, 10);
      expect(margin).toBe((values[gold] ?? 0) - (others[0] ?? 0));
      if (margin !== 0) expect(correct).toBe(margin > 0);
    }),
  );
});

test("the prior correction takes off what each option is worth without an input", () => {
  // Behind an empty input "yes" is nine times as likely as "no"; here only three times.
  const { decision, format, picked } = choiceLoss(
    ["no", "yes"],
    [Math.log(0.1), Math.log(0.3)],
    [true, false],
    [Math.log(0.05), Math.log(0.45)],
  );
  expect(picked).toBe("no");
  expect(decision).toBeCloseTo(-Math.log(2 / (2 + 0.3 / 0.45)), 12);
  expect(format).toBeCloseTo(-Math.log(0.4), 12);
});
