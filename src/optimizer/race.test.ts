import { expect, test } from "vitest";
import { gradedLoss, lossOf } from "../core/loss.test-support.ts";
import { createRandom } from "../core/random.ts";
import { drawOrder, evidenceAgainst, isBeaten, looks } from "./race.ts";

/** Weights of examples that were drawn evenly. */
const evenly = (length: number): { readonly weights: readonly number[] } => ({
  weights: Array.from({ length }, () => 1),
});

test("looks are taken after the first block, then after two fifths more each time, and at the end", () => {
  const racing = { error: 0.05, smallestGain: 0, firstBlock: 6 };
  expect(looks(50, racing)).toEqual([6, 9, 13, 19, 27, 38, 50]);
  expect(looks(50, { firstBlock: 8 })).toEqual([8, 12, 17, 24, 34, 50]);
  expect(looks(28, racing)).toEqual([6, 9, 13, 19, 28]);
  expect(looks(7, racing)).toEqual([7]);
  expect(looks(6, racing)).toEqual([6]);
  expect(looks(3, racing)).toEqual([3]);
});

test("a candidate that is worse by far on the first examples is beaten, an equal one is not", () => {
  const racing = { error: 0.05, smallestGain: 0, firstBlock: 6 };
  const leader = { id: "c1", losses: Array.from({ length: 50 }, () => 1) };
  const far = Array.from({ length: 6 }, () => lossOf(4));
  const near = Array.from({ length: 6 }, () => lossOf(1.05));
  expect(isBeaten(evidenceAgainst(far, leader, evenly(50), racing), racing)).toBe(true);
  expect(isBeaten(evidenceAgainst(near, leader, evenly(50), racing), racing)).toBe(false);
});

test("what cannot be made good any more needs no statistics", () => {
  const leader = { id: "c1", losses: [0.1, 0.1, 0.1] };
  expect(evidenceAgainst([lossOf(5)], leader, evenly(3), { smallestGain: 0 })).toBe(Infinity);
});

test("a candidate that gains less than is worth waiting for is beaten as if it were worse", () => {
  const leader = { id: "c1", losses: Array.from({ length: 200 }, () => 1) };
  const hardlyBetter = Array.from({ length: 100 }, () => lossOf(0.99));
  const racing = { error: 0.05, smallestGain: 0.1, firstBlock: 6 };
  expect(isBeaten(evidenceAgainst(hardlyBetter, leader, evenly(200), racing), racing)).toBe(true);
  const patient = { ...racing, smallestGain: 0 };
  expect(isBeaten(evidenceAgainst(hardlyBetter, leader, evenly(200), patient), patient)).toBe(
    false,
  );
});

test("every example is met once, hard ones sooner, and each has its weight", () => {
  const losses = [0, 1, 2, 9];
  const order = (seed: number): ReturnType<typeof drawOrder<number>> =>
    drawOrder([0, 1, 2, 3], (place) => losses[place] as number, createRandom(seed));
  const { examples, weights } = order(1);
  expect(examples.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3]);
  expect(weights).toEqual(examples.map((place) => (losses[place] as number) + 3));
  // Of weights 3, 4, 5 and 12, half of the first draws are of the hardest.
  const hardestFirst = Array.from({ length: 400 }, (_, seed) => order(seed).examples[0] === 3);
  expect(hardestFirst.filter(Boolean).length).toBeGreaterThan(160);
  expect(hardestFirst.filter(Boolean).length).toBeLessThan(240);
});

test("where the incumbent loses nothing, examples are drawn evenly", () => {
  expect(drawOrder(["a", "b"], () => 0, createRandom(1)).weights).toEqual([1, 1]);
});

test("right and wrong answers are raced exactly: who cannot win any more is dropped, who can is not", () => {
  const racing = { error: 0.05, smallestGain: 0.03, firstBlock: 2 };
  const leader = { id: "c0", losses: [1, 1, 0, 0, 0, 0] };
  const evidence = (...scores: readonly number[]): number =>
    evidenceAgainst(
      scores.map((score) => gradedLoss(score)),
      leader,
      evenly(6),
      racing,
    );
  // Both of the leader's mistakes made, and one more: nothing is left to win them back with.
  expect(evidence(0, 0, 0)).toBe(Infinity);
  expect(isBeaten(evidence(1, 0), racing)).toBe(false);
  expect(isBeaten(evidence(1, 1, 0), racing)).toBe(false);
  const perfect = { id: "c0", losses: [0, 0, 0] };
  expect(evidenceAgainst([gradedLoss(1)], perfect, evenly(3), racing)).toBeLessThanOrEqual(0);
  expect(evidenceAgainst([gradedLoss(0)], perfect, evenly(3), racing)).toBe(Infinity);
});
