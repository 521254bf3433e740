import * as fc from "fast-check";
import { expect, test } from "vitest";
import { minimumDetectableDifference } from "./detectable.ts";
import { holmAdjusted } from "./holm.ts";

test("a case worked out by hand", () => {
  expect(holmAdjusted([0.01, 0.04, 0.03, 0.005])).toEqual([0.03, 0.06, 0.06, 0.02]);
});

test("one p-value stays, and none gets smaller, above 1 or out of order", () => {
  const probability = fc.double({ min: 0, max: 1, noNaN: true });
  expect(holmAdjusted([0.2])).toEqual([0.2]);
  fc.assert(
    fc.property(fc.array(probability, { minLength: 1, maxLength: 8 }), (pValues) => {
      const adjusted = holmAdjusted(pValues);
      adjusted.forEach((value, index) => {
        expect(value).toBeGreaterThanOrEqual(pValues[index] ?? 0);
        expect(value).toBeLessThanOrEqual(1);
      });
      pValues.forEach((first, a) =>
        pValues.forEach((second, b) => {
          if (first < second) expect(adjusted[a]).toBeLessThanOrEqual(adjusted[b] ?? 1);
        }),
      );
    }),
  );
});

test("what a test can find shrinks with the standard error", () => {
  // Cohen's textbook figure: 2.8 standard errors for 80 % power at 5 %.
  expect(minimumDetectableDifference(1)).toBeCloseTo(2.8016, 3);
  expect(minimumDetectableDifference(0.05, { power: 0.5 })).toBeCloseTo(0.098, 3);
});
