import { expect, test } from "vitest";
import { createRandom } from "../core/random.ts";
import { headroomOf } from "./headroom.ts";

const random = createRandom(0, "headroom test");
/** Standard normal, roughly: the sum of twelve uniform numbers. */
const noise = (): number =>
  Array.from({ length: 12 }, () => random.float()).reduce((a, b) => a + b) - 6;
const prompt = (meanLoss: number): readonly number[] =>
  Array.from({ length: 32 }, () => meanLoss + noise());

test("prompts that differ by chance alone promise nothing, though one of them looks better", () => {
  const { gain, gainInterval, startLoss, bestLoss } = headroomOf(
    Array.from({ length: 20 }, () => prompt(5)),
    random,
  );
  expect(startLoss - bestLoss).toBeGreaterThan(0);
  expect(gainInterval[0]).toBeLessThan(0);
  expect(gain).toBeLessThan(startLoss - bestLoss);
});

test("a prompt that is truly better is seen, with about its gain", () => {
  const {
    gain,
    gainInterval,
    spread,
    noise: chance,
  } = headroomOf([prompt(5), ...Array.from({ length: 10 }, () => prompt(5)), prompt(2)], random);
  expect(gainInterval[0]).toBeGreaterThan(0);
  expect(gain).toBeGreaterThan(2);
  expect(gain).toBeLessThan(4);
  expect(spread).toBeGreaterThan(chance);
});

test("one prompt or one example is too little", () => {
  expect(() => headroomOf([[1, 2]], random)).toThrow("two prompts");
  expect(() => headroomOf([[1], [2]], random)).toThrow("two examples");
});
