import * as fc from "fast-check";
import { mean, sampleStandardDeviation } from "simple-statistics";
import { describe, expect, test } from "vitest";
import { meanAndStandardError, pairedBootstrap } from "./interval.ts";

/** A small linear congruential stream: the same numbers for each test. */
function stream(seed = 1): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const value = fc.double({ min: -1000, max: 1000, noNaN: true });
const values = fc.array(value, { minLength: 2, maxLength: 40 });

describe("meanAndStandardError", () => {
  test("of 1, 2, 3, 4 are 2.5 and √(5/12)", () => {
    const { mean, standardError } = meanAndStandardError([1, 2, 3, 4]);
    expect(mean).toBe(2.5);
    expect(standardError).toBeCloseTo(Math.sqrt(5 / 12), 14);
  });

  test("of one value are that value and 0", () => {
    expect(meanAndStandardError([0.1])).toEqual({ mean: 0.1, standardError: 0 });
  });

  test("of equal values are exactly that value and 0", () => {
    expect(meanAndStandardError(Array.from({ length: 7 }, () => 0.1))).toEqual({
      mean: 0.1,
      standardError: 0,
    });
  });

  test("of nothing are refused", () => {
    expect(() => meanAndStandardError([])).toThrow("Expected at least one value");
  });

  test("agree with simple-statistics", () => {
    fc.assert(
      fc.property(values, (numbers) => {
        const estimate = meanAndStandardError(numbers);
        expect(estimate.mean).toBeCloseTo(mean(numbers), 9);
        const expected = sampleStandardDeviation(numbers) / Math.sqrt(numbers.length);
        expect(estimate.standardError).toBeCloseTo(expected, 9);
      }),
    );
  });
});

describe("pairedBootstrap", () => {
  test("of one difference is that point", () => {
    expect(pairedBootstrap([0.3], { random: stream() })).toEqual({
      mean: 0.3,
      interval: [0.3, 0.3],
    });
  });

  test("of equal differences is exactly that point", () => {
    const differences = Array.from({ length: 10 }, () => 0.1);
    expect(pairedBootstrap(differences, { random: stream() })).toEqual({
      mean: 0.1,
      interval: [0.1, 0.1],
    });
  });

  test("comes close to the normal interval where the differences are symmetric", () => {
    const differences = Array.from({ length: 200 }, (_, index) => (index % 5) - 2);
    const { mean, interval } = pairedBootstrap(differences, { random: stream() });
    const { standardError } = meanAndStandardError(differences);
    expect(mean).toBe(0);
    expect(interval[0]).toBeCloseTo(-1.96 * standardError, 1);
    expect(interval[1]).toBeCloseTo(1.96 * standardError, 1);
  });

  test("reaches further on the side of a long tail, as BCa should", () => {
    const differences = Array.from({ length: 40 }, (_, index) => Math.exp(index / 8));
    const { mean, interval } = pairedBootstrap(differences, { random: stream() });
    expect(interval[1] - mean).toBeGreaterThan(1.1 * (mean - interval[0]));
  });

  test("covers the true mean about as often as it says", () => {
    const random = stream(7);
    let covered = 0;
    for (let trial = 0; trial < 400; trial++) {
      const differences = Array.from({ length: 60 }, () => (random() < 0.3 ? 1 : 0));
      const [low, high] = pairedBootstrap(differences, { resamples: 400, random }).interval;
      if (low <= 0.3 && 0.3 <= high) covered++;
    }
    expect(covered / 400).toBeGreaterThan(0.91);
    expect(covered / 400).toBeLessThan(0.98);
  });

  test("gives the same interval for the same stream", () => {
    fc.assert(
      fc.property(values, (differences) => {
        const once = pairedBootstrap(differences, { resamples: 200, random: stream() });
        expect(pairedBootstrap(differences, { resamples: 200, random: stream() })).toEqual(once);
      }),
    );
  });

  test("lies within the differences, low end first", () => {
    fc.assert(
      fc.property(values, (differences) => {
        const { interval } = pairedBootstrap(differences, { resamples: 200, random: stream() });
        expect(interval[0]).toBeLessThanOrEqual(interval[1]);
        expect(interval[0]).toBeGreaterThanOrEqual(Math.min(...differences) - 1e-9);
        expect(interval[1]).toBeLessThanOrEqual(Math.max(...differences) + 1e-9);
      }),
    );
  });

  const integers = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 2, maxLength: 30 });

  test("moves with the differences", () => {
    fc.assert(
      fc.property(integers, fc.integer({ min: -9, max: 9 }), (differences, shift) => {
        const plain = pairedBootstrap(differences, { resamples: 200, random: stream() });
        const shifted = pairedBootstrap(
          differences.map((difference) => difference + shift),
          { resamples: 200, random: stream() },
        );
        expect(shifted.mean).toBeCloseTo(plain.mean + shift, 9);
        expect(shifted.interval[0]).toBeCloseTo(plain.interval[0] + shift, 6);
        expect(shifted.interval[1]).toBeCloseTo(plain.interval[1] + shift, 6);
      }),
    );
  });

  test("turns around when the pairs are swapped", () => {
    fc.assert(
      fc.property(integers, (differences) => {
        const plain = pairedBootstrap(differences, { resamples: 200, random: stream() });
        const swapped = pairedBootstrap(
          differences.map((difference) => -difference),
          { resamples: 200, random: stream() },
        );
        expect(swapped.interval[0]).toBeCloseTo(-plain.interval[1], 6);
        expect(swapped.interval[1]).toBeCloseTo(-plain.interval[0], 6);
      }),
    );
  });

  test.each([
    [{ confidence: 1 }, "Expected a confidence between 0 and 1, got 1"],
    [{ resamples: 0.5 }, "Expected a whole number of resamples from 1 up, got 0.5"],
  ])("refuses %o", (options, message) => {
    expect(() => pairedBootstrap([1, 2], { ...options, random: stream() })).toThrow(message);
  });

  test("stays finite for differences near the smallest numbers", () => {
    const { interval } = pairedBootstrap([0, 1e-300, 3e-300], { random: stream() });
    expect(interval.every(Number.isFinite)).toBe(true);
  });
});
