import * as fc from "fast-check";
import { expect, test } from "vitest";
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
