import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { logSumExp } from "./log-softmax.ts";

const logits = fc
  .array(fc.float({ min: -100, max: 100, noNaN: true }), { minLength: 1, maxLength: 60 })
  .map((values) => Float32Array.from(values));

describe("logSumExp", () => {
  test.prop([logits])("makes probabilities that sum to one", (logits) => {
    const total = logSumExp(logits, 0, logits.length);
    const sum = logits.reduce((sum, logit) => sum + Math.exp(logit - total), 0);
    expect(sum).toBeCloseTo(1, 12);
  });

  test.prop([logits, fc.integer({ min: -1000, max: 1000 })])(
    "moves along when all logits move",
    (logits, offset) => {
      const doubles = Float32Array.from(logits, (logit) => Math.round(logit));
      const moved = doubles.map((logit) => logit + offset);
      expect(logSumExp(moved, 0, moved.length) - offset).toBeCloseTo(
        logSumExp(doubles, 0, doubles.length),
        9,
      );
    },
  );

  test("neither overflows nor underflows", () => {
    expect(logSumExp(Float32Array.of(2000, 2000), 0, 2)).toBeCloseTo(2000 + Math.LN2, 12);
    expect(logSumExp(Float32Array.of(-2000, -2000), 0, 2)).toBeCloseTo(-2000 + Math.LN2, 12);
  });

  test("reads only the row that it is given", () => {
    expect(logSumExp(Float32Array.of(50, 1, 1, 50), 1, 2)).toBeCloseTo(1 + Math.LN2, 12);
  });

  test("says so when a logit is no number", () => {
    expect(logSumExp(Float32Array.of(0, Number.NaN), 0, 2)).toBeNaN();
  });
});
