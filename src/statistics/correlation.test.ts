import * as fc from "fast-check";
import { sampleCorrelation, sampleRankCorrelation } from "simple-statistics";
import { describe, expect, test } from "vitest";
import { createRandom } from "../core/random.ts";
import { averageRanks, pearson, spearman, spearmanTest } from "./correlation.ts";

const value = fc.integer({ min: -1000, max: 1000 });
const pairs = fc.array(fc.tuple(value, value), { minLength: 2, maxLength: 40 });
const distinctPairs = fc.uniqueArray(fc.tuple(value, value), {
  minLength: 2,
  maxLength: 40,
  comparator: (a, b) => a[0] === b[0] || a[1] === b[1],
});
const split = (list: readonly (readonly [number, number])[]): [number[], number[]] => [
  list.map(([a]) => a),
  list.map(([, b]) => b),
];

test("equal values share the average of their ranks", () => {
  expect(averageRanks([10, 20, 10, 5, 20, 20])).toEqual([2.5, 5, 2.5, 1, 5, 5]);
});

describe("pearson", () => {
  test("of a line is 1 or −1", () => {
    expect(pearson([1, 2, 3], [10, 20, 30])).toBeCloseTo(1, 14);
    expect(pearson([1, 2, 3], [3, 2, 1])).toBeCloseTo(-1, 14);
  });

  test("is null where a list does not vary", () => {
    expect(pearson([0.1, 0.1, 0.1], [1, 2, 3])).toBeNull();
    expect(pearson([1], [2])).toBeNull();
    expect(pearson([], [])).toBeNull();
  });

  test("refuses lists of two lengths", () => {
    expect(() => pearson([1, 2], [1])).toThrow("Expected lists of one length, got 2 and 1");
  });

  test("agrees with simple-statistics", () => {
    fc.assert(
      fc.property(distinctPairs, (list) => {
        const [a, b] = split(list);
        expect(pearson(a, b)).toBeCloseTo(sampleCorrelation(a, b), 9);
      }),
    );
  });

  test("does not change with the unit or the origin", () => {
    fc.assert(
      fc.property(pairs, fc.integer({ min: 1, max: 9 }), value, (list, scale, shift) => {
        const [a, b] = split(list);
        const changed = pearson(
          a.map((number) => number * scale + shift),
          b,
        );
        const plain = pearson(a, b);
        if (plain === null) expect(changed).toBeNull();
        else expect(changed).toBeCloseTo(plain, 9);
      }),
    );
  });
});

describe("spearman", () => {
  test("with ties, by hand: ranks 1, 2.5, 2.5, 4 against 1, 3, 2, 4", () => {
    // Products of centred ranks: 2.25 + 0 + 0 + 2.25; squares: 4.5 and 5.
    expect(spearman([1, 5, 5, 9], [10, 30, 20, 40])).toBeCloseTo(4.5 / Math.sqrt(4.5 * 5), 14);
  });

  test("agrees with simple-statistics without ties", () => {
    fc.assert(
      fc.property(distinctPairs, (list) => {
        const [a, b] = split(list);
        expect(spearman(a, b)).toBeCloseTo(sampleRankCorrelation(a, b), 9);
      }),
    );
  });

  test("does not change under a rising function, and is symmetric", () => {
    fc.assert(
      fc.property(pairs, (list) => {
        const [a, b] = split(list);
        const cubed = a.map((number) => number ** 3);
        expect(spearman(cubed, b)).toBe(spearman(a, b));
        expect(spearman(b, a)).toBe(spearman(a, b));
      }),
    );
  });
});

describe("how likely a rank correlation is by chance", () => {
  const random = createRandom(0, "correlation test");
  const pValue = (first: readonly number[], second: readonly number[]): number =>
    spearmanTest(first, second, { resamples: 2000, shuffle: (values) => random.shuffle(values) });
  const rising = Array.from({ length: 10 }, (_, index) => index);

  test("is hardly, where the order is the same", () => {
    expect(pValue(rising, rising)).toBeLessThan(0.01);
  });

  test("is likely, where there is no order, or nothing varies", () => {
    expect(pValue(rising, [4, 1, 8, 3, 9, 0, 6, 2, 7, 5])).toBeGreaterThan(0.2);
    expect(
      pValue(
        rising,
        rising.map(() => 1),
      ),
    ).toBe(1);
  });
});
