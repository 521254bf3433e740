import * as fc from "fast-check";
import { expect, test } from "vitest";
import { brierScore, expectedCalibrationError } from "./calibration.ts";

test.each([
  [[1, 0], 0, 0],
  [[0, 1], 0, 2],
  [[0.7, 0.2, 0.1], 0, 0.09 + 0.04 + 0.01],
])("the Brier score of %j where %d is right is %d", (probabilities, right, score) => {
  expect(brierScore(probabilities, right)).toBeCloseTo(score, 14);
});

test("the calibration error of a case worked out by hand", () => {
  const predictions = [
    { confidence: 0.55, correct: true },
    { confidence: 0.59, correct: false },
    { confidence: 0.95, correct: true },
    { confidence: 0.99, correct: true },
  ];
  // Two of four in (0.5, 0.6]: |0.5 − 0.57|; two in (0.9, 1]: |1 − 0.97|.
  expect(expectedCalibrationError(predictions)).toBeCloseTo(0.5 * 0.07 + 0.5 * 0.03, 14);
});

test("a confidence on a border belongs to the bin below it", () => {
  const below = { confidence: 0.55, correct: true };
  const border = { confidence: 0.6, correct: false };
  const above = { confidence: 0.65, correct: true };
  expect(expectedCalibrationError([below, border])).toBeCloseTo(Math.abs(0.5 - 0.575), 14);
  expect(expectedCalibrationError([border, above])).toBeCloseTo((0.6 + 0.35) / 2, 14);
});

const predictions = fc.array(
  fc.record({
    confidence: fc.double({ min: 0, max: 1, noNaN: true }),
    correct: fc.boolean(),
  }),
  { minLength: 1, maxLength: 60 },
);

test("the calibration error is the naive one, bin by bin", () => {
  fc.assert(
    fc.property(predictions, (values) => {
      let naive = 0;
      for (let bin = 0; bin < 10; bin++) {
        const inside = values.filter(
          ({ confidence }) => (confidence * 10 > bin || bin === 0) && confidence * 10 <= bin + 1,
        );
        if (inside.length === 0) continue;
        const accuracy = inside.filter(({ correct }) => correct).length / inside.length;
        const confidence = inside.reduce((sum, each) => sum + each.confidence, 0) / inside.length;
        naive += (inside.length / values.length) * Math.abs(accuracy - confidence);
      }
      expect(expectedCalibrationError(values)).toBeCloseTo(naive, 12);
    }),
  );
});

test("the calibration error lies between |accuracy − mean confidence| and 1", () => {
  fc.assert(
    fc.property(predictions, (values) => {
      const gap = values.reduce(
        (sum, { confidence, correct }) => sum + Number(correct) - confidence,
        0,
      );
      const error = expectedCalibrationError(values);
      expect(error).toBeGreaterThanOrEqual(Math.abs(gap) / values.length - 1e-12);
      expect(error).toBeLessThanOrEqual(1 + 1e-12);
    }),
  );
});

test("rounding that lifts a confidence above 1 loses no prediction", () => {
  expect(expectedCalibrationError([{ confidence: 1 + 2e-16 * 2, correct: false }])).toBeCloseTo(1);
});

test("no prediction has no calibration", () => {
  expect(() => expectedCalibrationError([])).toThrow("at least one");
});
