import * as fc from "fast-check";
import { permutationsHeap } from "simple-statistics";
import { describe, expect, test } from "vitest";
import { mcnemarExact, signFlipTest } from "./paired.ts";

const unused = (): number => {
  throw new Error("An exact test draws no random numbers");
};

function stream(): () => number {
  let state = 1;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

describe("mcnemarExact", () => {
  test.each([
    [0, 0, 1],
    [3, 3, 1],
    [0, 5, 0.0625],
    // 2 · (C(10,0) + C(10,1)) / 2¹⁰
    [1, 9, 22 / 1024],
    // 2 · (1 + 12 + 66) / 2¹²
    [2, 10, 158 / 4096],
  ])("of %d against %d is %d", (first, second, p) => {
    expect(mcnemarExact(first, second)).toBeCloseTo(p, 14);
  });

  test("does not underflow for thousands of examples", () => {
    const p = mcnemarExact(1900, 2100);
    expect(p).toBeGreaterThan(0.0015);
    expect(p).toBeLessThan(0.0018);
  });

  test("refuses what is no count", () => {
    expect(() => mcnemarExact(-1, 2)).toThrow("Expected a whole number from 0 up, got -1");
    expect(() => mcnemarExact(1, 2.5)).toThrow("Expected a whole number from 0 up, got 2.5");
  });

  const count = fc.nat({ max: 200 });
  test("is symmetric and a probability", () => {
    fc.assert(
      fc.property(count, count, (first, second) => {
        const p = mcnemarExact(first, second);
        expect(p).toBe(mcnemarExact(second, first));
        expect(p).toBeGreaterThan(0);
        expect(p).toBeLessThanOrEqual(1);
      }),
    );
  });

  test("equals the sign-flip test of differences of one size", () => {
    fc.assert(
      fc.property(fc.nat({ max: 8 }), fc.nat({ max: 8 }), (first, second) => {
        const differences = [
          ...Array.from({ length: first }, () => 1),
          ...Array.from({ length: second }, () => -1),
        ];
        const p = signFlipTest(differences, { random: unused });
        expect(p).toBeCloseTo(mcnemarExact(first, second), 12);
      }),
    );
  });
});

describe("signFlipTest", () => {
  test("of 1, 2, 3 is a quarter: only all plus and all minus are as extreme", () => {
    expect(signFlipTest([1, 2, 3], { random: unused })).toBe(0.25);
  });

  test("counts patterns that tie up to rounding", () => {
    // 0.1 + 0.2 − 0.3 is 5.6e-17 in this order and 2.8e-17 in another: both are 0.
    expect(signFlipTest([0.1, 0.2, -0.3], { random: unused })).toBe(1);
  });

  test("of nothing, or of no difference, is 1", () => {
    expect(signFlipTest([], { random: unused })).toBe(1);
    expect(signFlipTest([0, 0, 0], { random: unused })).toBe(1);
  });

  test("leaves out differences of 0 without changing p", () => {
    const zeros = Array.from({ length: 30 }, () => 0);
    expect(signFlipTest([1, 2, 3, ...zeros], { random: unused })).toBe(0.25);
  });

  test("by random patterns comes close to the exact value", () => {
    // Of one size, so the exact p is McNemar's.
    const differences = Array.from({ length: 20 }, (_, index) => (index < 15 ? 1 : -1));
    const p = signFlipTest(differences, { random: stream(), resamples: 20_000 });
    expect(Math.abs(p - mcnemarExact(15, 5))).toBeLessThan(0.005);
  });

  test("by random patterns is never 0", () => {
    const differences = Array.from({ length: 100 }, () => 1);
    expect(signFlipTest(differences, { random: stream(), resamples: 99 })).toBe(0.01);
  });

  const differences = fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 1, maxLength: 6 });
  test("does not depend on order, direction or unit", () => {
    fc.assert(
      fc.property(differences, (list) => {
        const p = signFlipTest(list, { random: unused });
        for (const order of permutationsHeap(list).slice(0, 20)) {
          expect(signFlipTest(order, { random: unused })).toBe(p);
        }
        const turned = list.map((difference) => difference * -4);
        expect(signFlipTest(turned, { random: unused })).toBe(p);
      }),
    );
  });
});
