import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { RunReport } from "../report/run-report.ts";
import { plotOf } from "./chart.tsx";
import { drawLosses } from "./draw-losses.ts";
import { lossScale, roomFor } from "./scales.ts";

const losses = fc.array(fc.double({ noNaN: true, min: 1e-6, max: 50 }), { minLength: 1 });
const ends = fc.array(fc.double({ noNaN: true, min: -20, max: 50 }));

test("a scale of losses shows every loss and every end that it can at its own place", () => {
  fc.assert(
    fc.property(losses, ends, (given, reach) => {
      const scale = lossScale(given, [300, 20], reach);
      const isLogarithmic = "base" in scale;
      const shown = [...given, ...reach.filter((end) => !isLogarithmic || end > 0)];
      const unclamped = scale.copy().clamp(false);
      for (const value of shown) expect(scale(value)).toBe(unclamped(value));
    }),
  );
});

test("losses alone say whether their scale is logarithmic", () => {
  expect("base" in lossScale([1, 2], [300, 20], [0.01, 40])).toBe(false);
  expect("base" in lossScale([1, 20], [300, 20], [-1, 40])).toBe(true);
});

test("a domain with room for more is at most a hundredth longer than it has to be", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e6 }), (steps) => {
      const room = roomFor(steps);
      expect(room).toBeGreaterThanOrEqual(steps);
      expect(room).toBeLessThanOrEqual(steps * 1.01);
      expect(roomFor(room)).toBe(room);
    }),
  );
});

test("validation losses and the ends of the band lie on the scale", () => {
  const { y, heldOut, steps } = drawLosses(reportWith({ validationLoss: 3, reach: 2.5 }), PLOT);
  const unclamped = y.copy().clamp(false);
  expect(heldOut.map(({ loss }) => loss)).toEqual([3]);
  for (const { loss } of heldOut) expect(y(loss)).toBe(unclamped(loss));
  const reached = steps.flatMap(({ interval }) => interval);
  expect(reached).toEqual([1, 1, -2, 3]);
  for (const end of reached) expect(y(end)).toBe(unclamped(end));
});

test("of accuracies the higher are on top, and intervals end where shares do", () => {
  const report = reportWith({ validationLoss: 0.25, reach: 2.5 });
  const graded = { ...report, summary: { ...report.summary, mode: "accuracy" as const } };
  const { y } = drawLosses(graded, PLOT);
  expect("base" in y).toBe(false);
  expect(y(0)).toBeLessThan(y(1));
  expect([y(-0.5), y(1.5)]).toEqual([y(-1.5), y(2)]);
});

const PLOT = plotOf(600, 340);

/** A start prompt at 1 nat and a better one at 0.5, of which so much is known. */
function reportWith({
  validationLoss,
  reach,
}: {
  readonly validationLoss: number;
  readonly reach: number;
}): RunReport {
  const start = { id: "c0", operator: "start", loss: 1, droppedAfter: null, validationLoss: null };
  const best = { ...start, id: "c1", operator: "rewrite", loss: 0.5, validationLoss };
  return {
    candidates: [start, best],
    incumbents: [
      { id: "c0", fromStart: { difference: 0, interval: [0, 0] } },
      { id: "c1", fromStart: { difference: -0.5, interval: [-0.5 - reach, -0.5 + reach] } },
    ],
    summary: { start: { id: "c0", test: null }, best: { id: "c1", test: null } },
  } as unknown as RunReport;
}
