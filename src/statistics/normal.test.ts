import * as fc from "fast-check";
import { probit } from "simple-statistics";
import { describe, expect, test } from "vitest";
import { normalProbability, normalQuantile } from "./normal.ts";

describe("normalProbability", () => {
  test.each([
    [0, 0.5],
    [1, 0.841344746068543],
    [-1.959963984540054, 0.025],
    [2.9, 0.998134186699616],
    [-3, 0.001349898031630094],
    [-3.5, 2.3262907903552504e-4],
    [-6, 9.865876450376981e-10],
    [-10, 7.61985302416053e-24],
    [-100, 0],
    [100, 1],
  ])("of %d is %d", (z, probability) => {
    expect(Math.abs(normalProbability(z) - probability)).toBeLessThan(1e-14);
    if (probability > 0) expect(normalProbability(z) / probability).toBeCloseTo(1, 11);
  });

  test("is symmetric", () => {
    fc.assert(
      fc.property(fc.double({ min: -8, max: 8, noNaN: true }), (z) => {
        expect(normalProbability(z) + normalProbability(-z)).toBeCloseTo(1, 14);
      }),
    );
  });
});

describe("normalQuantile", () => {
  test.each([
    [0.975, 1.959963984540054],
    [0.995, 2.5758293035489004],
    [0.5, 0],
    [1e-10, -6.361340902404056],
  ])("of %d is %d", (probability, z) => {
    expect(normalQuantile(probability)).toBeCloseTo(z, 12);
  });

  test("has no end", () => {
    expect(normalQuantile(0)).toBe(-Infinity);
    expect(normalQuantile(1)).toBe(Infinity);
  });

  test("refuses what is no probability", () => {
    expect(() => normalQuantile(1.5)).toThrow("Expected a probability between 0 and 1, got 1.5");
    expect(() => normalQuantile(Number.NaN)).toThrow(RangeError);
  });

  test("undoes the probability", () => {
    fc.assert(
      fc.property(fc.double({ min: -6, max: 6, noNaN: true }), (z) => {
        expect(normalQuantile(normalProbability(z))).toBeCloseTo(z, 6);
      }),
    );
  });

  test("agrees with simple-statistics, which is exact to two decimals", () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 0.99, noNaN: true }), (probability) => {
        expect(normalQuantile(probability)).toBeCloseTo(probit(probability), 2);
      }),
    );
  });
});
