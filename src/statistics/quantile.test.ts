import * as fc from "fast-check";
import { expect, test } from "vitest";
import { quantileOfSorted } from "./quantile.ts";

test.each([
  [0, 1],
  [0.25, 1.75],
  [0.5, 2.5],
  [0.9, 3.7],
  [1, 4],
])("the %d quantile of 1, 2, 3, 4 is %d", (probability, expected) => {
  expect(quantileOfSorted([1, 2, 3, 4], probability)).toBeCloseTo(expected, 14);
});

test("refuses an empty list and what is no probability", () => {
  expect(() => quantileOfSorted([], 0.5)).toThrow("Expected at least one value");
  expect(() => quantileOfSorted([1], 1.1)).toThrow(
    "Expected a probability between 0 and 1, got 1.1",
  );
});

test("rises with the probability", () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (values, first, second) => {
        const sorted = Float64Array.from(values).sort();
        const low = quantileOfSorted(sorted, Math.min(first, second));
        const high = quantileOfSorted(sorted, Math.max(first, second));
        expect(high - low).toBeGreaterThanOrEqual(-1e-6);
      },
    ),
  );
});
