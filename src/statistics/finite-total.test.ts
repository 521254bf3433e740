import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createRandom } from "../core/random.ts";
import { type DrawnList, logEvidenceAboveZero } from "./finite-total.ts";

/** A list drawn evenly, no number of which lies lower than that. */
const evenly = (length: number, lowest: number): DrawnList => ({
  weights: Array.from({ length }, () => 1),
  falls: Array.from({ length }, () => lowest),
});

/** Whether the evidence ever reaches the threshold while the list is read. */
function everReaches(list: readonly number[], drawn: DrawnList, threshold: number): boolean {
  return list.some(
    (_, place) => logEvidenceAboveZero(list.slice(0, place + 1), drawn) >= threshold,
  );
}

describe("evidence that a total is above 0", () => {
  test("is none before anything was seen", () => {
    expect(logEvidenceAboveZero([], evenly(10, 1))).toBe(0);
  });

  test("grows with every number above what was to be expected, and falls with one below", () => {
    const up = logEvidenceAboveZero([1, 1], evenly(10, 1));
    expect(logEvidenceAboveZero([1], evenly(10, 1))).toBeLessThan(up);
    expect(logEvidenceAboveZero([1, 1, -1], evenly(10, 1))).toBeLessThan(up);
  });

  test("is infinite once nothing that may follow can bring the total down", () => {
    expect(logEvidenceAboveZero([6], evenly(10, 0.5))).toBe(Infinity);
    expect(logEvidenceAboveZero([4], evenly(10, 0.5))).toBeLessThan(Infinity);
    expect(logEvidenceAboveZero([0.1, 0.2], evenly(2, 5))).toBe(Infinity);
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
            evenly(list.length, lowest),
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

  /** How a number is weighted, by its place in the list: evenly, and heavily at the large or the small ones. */
  const weightings: readonly (readonly [string, (number: number) => number])[] = [
    ["evenly", () => 1],
    ["large ones sooner", (number) => 10 + number],
    ["small ones sooner", (number) => 10 - number],
  ];

  test.each(
    lists.flatMap(([shape, list]) =>
      weightings.map(([draw, weight]) => [shape, draw, list, weight] as const),
    ),
  )(
    "a list of total 0 (%s), drawn %s, is taken for more in at most one of twenty orders",
    (_shape, _draw, list, weight) => {
      const random = createRandom(1, "finite total");
      const lowest = Math.max(...list.map((each) => -each));
      let alarms = 0;
      for (let run = 0; run < RUNS; run++) {
        const order = random.shuffleByWeight(list, weight);
        const drawn = { weights: order.map(weight), falls: order.map(() => lowest) };
        if (everReaches(order, drawn, -Math.log(ALPHA))) alarms++;
      }
      expect(alarms / RUNS).toBeLessThanOrEqual(ALPHA);
    },
  );
});
