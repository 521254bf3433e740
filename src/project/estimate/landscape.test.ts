import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Candidate } from "../../core/candidate.ts";
import { landscape, type LossScale } from "./landscape.ts";

const START: Candidate = {
  instruction: "Name the team.",
  layout: { kind: "system" },
  demonstrations: [],
};
const IDS = Array.from({ length: 100 }, (_, index) => `e${index}`);
const SCALE: LossScale = {
  anchor: START,
  anchorNats: new Map(IDS.map((id, index) => [id, 18 + (4 * index) / 99])),
  spread: { bare: 0.15, shown: 0.5 },
  demonstrations: { fewer: 0, more: 8, change: Math.log(2 / 20) },
};

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

test("the prompt that was scored has the losses that it was scored with", () => {
  const { nats } = landscape(3, SCALE);
  for (const [id, known] of SCALE.anchorNats) expect(nats(START, { id })).toBeCloseTo(known, 10);
});

test("examples that were not scored are as hard as the others, in the mean", () => {
  const { nats } = landscape(3, SCALE);
  const unseen = IDS.map((id) => nats(START, { id: `unseen ${id}` }));
  expect(unseen.reduce((sum, loss) => sum + loss, 0) / unseen.length / 20).toBeCloseTo(1, 1);
  expect(new Set(unseen).size).toBe(unseen.length);
});

test("demonstrations bring what they brought where that was measured", () => {
  expect(levelOf(showing(8)) / 2).toBeGreaterThan(0.85);
  expect(levelOf(showing(8)) / 2).toBeLessThan(1.15);
});

test("from a prompt that shows some already, more bring what is left", () => {
  const scale = {
    ...SCALE,
    anchor: showing(3),
    anchorNats: new Map(IDS.map((id) => [id, 10])),
    demonstrations: { fewer: 3, more: 8, change: Math.log(2 / 10) },
  };
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
