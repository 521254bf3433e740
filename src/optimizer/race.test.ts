import { expect, test } from "vitest";
import { lossOf } from "../core/loss.test-support.ts";
import { evidenceAgainst, isBeaten, looks } from "./race.ts";

test("looks are taken after the first block, then after three quarters more each time, and at the end", () => {
  const racing = { error: 0.05, firstBlock: 6 };
  expect(looks(50, racing)).toEqual([6, 11, 20, 35, 50]);
  expect(looks(50, { firstBlock: 8 })).toEqual([8, 14, 25, 44, 50]);
  expect(looks(6, racing)).toEqual([6]);
  expect(looks(3, racing)).toEqual([3]);
});

test("a candidate that is worse by far on the first examples is beaten, an equal one is not", () => {
  const racing = { error: 0.05, firstBlock: 6 };
  const leader = { id: "c1", losses: Array.from({ length: 50 }, () => 1) };
  const far = Array.from({ length: 6 }, () => lossOf(4));
  const near = Array.from({ length: 6 }, () => lossOf(1.05));
  expect(isBeaten(evidenceAgainst(far, leader), racing)).toBe(true);
  expect(isBeaten(evidenceAgainst(near, leader), racing)).toBe(false);
});

test("what cannot be made good any more needs no statistics", () => {
  const leader = { id: "c1", losses: [0.1, 0.1, 0.1] };
  expect(evidenceAgainst([lossOf(5)], leader)).toBe(Infinity);
});
