import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createRandom } from "../core/random.ts";
import { logEvidenceAboveZero } from "./finite-total.ts";

/** The bound that holds at every place when no number of the list lies lower than that. */
const falls = (length: number, lowest: number): readonly number[] =>
  Array.from({ length }, () => lowest);

/** Whether the evidence ever reaches the threshold while the list is read. */
function everReaches(list: readonly number[], lowest: number, threshold: number): boolean {
  return list.some(
    (_, place) =>
      logEvidenceAboveZero(list.slice(0, place + 1), falls(list.length, lowest)) >= threshold,
  );
}

describe("evidence that a total is above 0", () => {
  test("is none before anything was seen", () => {
    expect(logEvidenceAboveZero([], falls(10, 1))).toBe(0);
  });

  test("grows with every number above what was to be expected, and falls with one below", () => {
    const up = logEvidenceAboveZero([1, 1], falls(10, 1));
    expect(logEvidenceAboveZero([1], falls(10, 1))).toBeLessThan(up);
    expect(logEvidenceAboveZero([1, 1, -1], falls(10, 1))).toBeLessThan(up);
  });

  test("is infinite once nothing that may follow can bring the total down", () => {
    expect(logEvidenceAboveZero([6], falls(10, 0.5))).toBe(Infinity);
    expect(logEvidenceAboveZero([4], falls(10, 0.5))).toBeLessThan(Infinity);
    expect(logEvidenceAboveZero([0.1, 0.2], falls(2, 5))).toBe(Infinity);
  });

  test("a whole list whose total is at most 0 never counts as certain", () => {
    const number = fc.double({ min: -1, max: 5, noNaN: true });
    fc.assert(
      fc.property(fc.array(number, { minLength: 1, maxLength: 12 }), (numbers) => {
        const total = numbers.reduce((sum, each) => sum + each, 0);
        const list = [...numbers.slice(1), (numbers[0] as number) - Math.max(0, total) - 0.01];
        const lowest = Math.max(0, ...list.map((each) => -each));
        list.forEach((_, place) => {
          const evidence = logEvidenceAboveZero(
            list.slice(0, place + 1),
            falls(list.length, lowest),
          );
          expect(evidence).toBeLessThan(Infinity);
        });
      }),
    );
  });
});

describe("looking after every number, in random order", () => {
  const ALPHA = 0.05;
  const RUNS = 2000;

  /** Three lists whose total is exactly 0: even, skewed to either side. */
  const lists: readonly (readonly [string, readonly number[]])[] = [
    ["even", Array.from({ length: 40 }, (_, index) => (index % 2 === 0 ? 1 : -1))],
    ["few large gains", Array.from({ length: 40 }, (_, index) => (index % 10 === 0 ? -9 : 1))],
    ["few large losses", Array.from({ length: 40 }, (_, index) => (index % 10 === 0 ? 9 : -1))],
  ];

  test.each(lists)(
    "a list of total 0 (%s) is taken for more in at most 5 %% of orders",
    (_, list) => {
      const random = createRandom(1, "finite total");
      const lowest = Math.max(...list.map((each) => -each));
      let alarms = 0;
      for (let run = 0; run < RUNS; run++) {
        if (everReaches(random.shuffle(list), lowest, -Math.log(ALPHA))) alarms++;
      }
      expect(alarms / RUNS).toBeLessThanOrEqual(ALPHA);
    },
  );
});
