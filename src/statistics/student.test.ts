import { expect, test } from "vitest";
import { meanInterval, studentReach, studentWithin } from "./student.ts";

// Two-sided, from the usual tables.
test.each([
  [1, 0.95, 12.7062],
  [2, 0.95, 4.30265],
  [3, 0.95, 3.18245],
  [9, 0.95, 2.26216],
  [10, 0.95, 2.22814],
  [31, 0.95, 2.03951],
  [100, 0.95, 1.98397],
  [4, 0.99, 4.60409],
  [29, 0.9, 1.69913],
])("with %d degrees of freedom an interval of %d reaches %d", (degrees, confidence, reach) => {
  expect(studentReach(degrees, confidence)).toBeCloseTo(reach, 4);
});

test("many degrees of freedom come to the normal distribution", () => {
  expect(studentReach(100_000)).toBeCloseTo(1.96, 3);
});

test("one degree of freedom is Cauchy's distribution", () => {
  for (const t of [0, 0.3, 1, 7]) {
    expect(studentWithin(t, 1)).toBeCloseTo((2 / Math.PI) * Math.atan(t), 12);
  }
});

test("the interval of a mean is as by hand", () => {
  // Mean 2, standard error 1/√3, 4.30265 of them.
  const { mean, interval } = meanInterval([1, 2, 3]);
  expect(mean).toBe(2);
  expect(interval[0]).toBeCloseTo(2 - 4.30265 / Math.sqrt(3), 4);
  expect(interval[1]).toBeCloseTo(2 + 4.30265 / Math.sqrt(3), 4);
});

test("equal values and a single value give a point", () => {
  expect(meanInterval([0.1, 0.1, 0.1])).toEqual({ mean: 0.1, interval: [0.1, 0.1] });
  expect(meanInterval([7])).toEqual({ mean: 7, interval: [7, 7] });
});

test("no whole degrees of freedom is refused", () => {
  expect(() => studentReach(0)).toThrow(RangeError);
});
