import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Candidate } from "../../core/candidate.ts";
import { landscape, type LossScale } from "./landscape.ts";

const START: Candidate = {
  instruction: "Name the team.",
  layout: { kind: "system" },
  demonstrations: [],
};
const SCALE: LossScale = {
  start: START,
  startNats: 20,
  startSpread: 0.15,
  shown: { count: 8, nats: 2, spread: 0.5 },
};
const IDS = Array.from({ length: 100 }, (_, index) => `e${index}`);

const showing = (count: number): Candidate => ({
  ...START,
  demonstrations: Array.from({ length: count }, (_, index) => ({
    id: `d${index}`,
    inputs: { ticket: `${index}` },
    target: "billing",
  })),
});

/** Mean over many examples and landscapes, on the logarithm. */
function levelOf(candidate: Candidate, scale = SCALE): number {
  const levels = Array.from({ length: 40 }, (_, seed) => {
    const { nats } = landscape(seed, scale);
    return Math.log(IDS.reduce((sum, id) => sum + nats(candidate, { id }), 0) / IDS.length);
  });
  return Math.exp(levels.reduce((sum, level) => sum + level, 0) / levels.length);
}

test("the measured prompts lie where they were measured", () => {
  expect(levelOf(START) / 20).toBeCloseTo(1, 1);
  expect(levelOf(showing(8)) / 2).toBeGreaterThan(0.85);
  expect(levelOf(showing(8)) / 2).toBeLessThan(1.15);
});

test("a start prompt that shows some already lies where it was measured too", () => {
  const scale = { ...SCALE, start: showing(3), startNats: 10 };
  expect(levelOf(showing(3), scale) / 10).toBeCloseTo(1, 1);
  expect(levelOf(showing(8), scale) / 2).toBeGreaterThan(0.8);
  expect(levelOf(showing(8), scale) / 2).toBeLessThan(1.25);
});

test("one demonstration brings nearly half of what eight bring, and more bring more", () => {
  const [one, four, eight] = [1, 4, 8].map((count) => levelOf(showing(count)));
  expect(one).toBeLessThan(20 * 0.1 ** 0.35);
  expect(one).toBeGreaterThan(Math.sqrt(20 * 2));
  expect(four).toBeLessThan(one as number);
  expect(eight).toBeLessThan(four as number);
});

test("wordings differ far less beside demonstrations than alone", () => {
  const reworded = (candidate: Candidate): Candidate => ({
    ...candidate,
    instruction: `${candidate.instruction} Reply with one word.`,
  });
  const alone = Math.log(levelOf(reworded(START)) / levelOf(START));
  const beside = Math.log(levelOf(reworded(showing(8))) / levelOf(showing(8)));
  expect(Math.abs(beside)).toBeLessThan(Math.abs(alone) / 2);
});

test("a landscape gives every prompt the same losses whenever it is asked, all above 0", () => {
  fc.assert(
    fc.property(fc.nat(), fc.string(), fc.nat({ max: 8 }), (seed, instruction, count) => {
      const candidate = { ...showing(count), instruction };
      const one = landscape(seed, SCALE);
      const other = landscape(seed, SCALE);
      other.nats(START, { id: "first" });
      const loss = one.nats(candidate, { id: "e" });
      expect(loss).toBeGreaterThan(0);
      expect(other.nats(candidate, { id: "e" })).toBe(loss);
    }),
    { numRuns: 50 },
  );
});
