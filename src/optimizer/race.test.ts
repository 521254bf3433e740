import { expect, test } from "vitest";
import { lossOf } from "../core/loss.test-support.ts";
import { evidenceAgainst, isBeaten, looks } from "./race.ts";

test("looks are taken after the first block, then after two fifths more each time, and at the end", () => {
  const racing = { error: 0.05, smallestGain: 0, firstBlock: 6 };
  expect(looks(50, racing)).toEqual([6, 9, 13, 19, 27, 38, 50]);
  expect(looks(50, { firstBlock: 8 })).toEqual([8, 12, 17, 24, 34, 48, 50]);
  expect(looks(6, racing)).toEqual([6]);
  expect(looks(3, racing)).toEqual([3]);
});

test("a candidate that is worse by far on the first examples is beaten, an equal one is not", () => {
  const racing = { error: 0.05, smallestGain: 0, firstBlock: 6 };
  const leader = { id: "c1", losses: Array.from({ length: 50 }, () => 1) };
  const far = Array.from({ length: 6 }, () => lossOf(4));
  const near = Array.from({ length: 6 }, () => lossOf(1.05));
  expect(isBeaten(evidenceAgainst(far, leader, racing), racing)).toBe(true);
  expect(isBeaten(evidenceAgainst(near, leader, racing), racing)).toBe(false);
});

test("what cannot be made good any more needs no statistics", () => {
  const leader = { id: "c1", losses: [0.1, 0.1, 0.1] };
  expect(evidenceAgainst([lossOf(5)], leader, { smallestGain: 0 })).toBe(Infinity);
});

test("a candidate that gains less than is worth waiting for is beaten as if it were worse", () => {
  const leader = { id: "c1", losses: Array.from({ length: 200 }, () => 1) };
  const hardlyBetter = Array.from({ length: 100 }, () => lossOf(0.99));
  const racing = { error: 0.05, smallestGain: 0.1, firstBlock: 6 };
  expect(isBeaten(evidenceAgainst(hardlyBetter, leader, racing), racing)).toBe(true);
  const patient = { ...racing, smallestGain: 0 };
  expect(isBeaten(evidenceAgainst(hardlyBetter, leader, patient), patient)).toBe(false);
});
