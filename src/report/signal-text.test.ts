import { expect, test } from "vitest";
import type { MeasuredSignal } from "../core/signal.ts";
import { signalRows, signalText, signalWarns } from "./signal-text.ts";

const CANDIDATE = {
  id: "c1",
  operator: "rewrite",
  layout: "system",
  demonstrations: 0,
  instruction: "Answer.",
  trainingLoss: 1,
  testLoss: 1,
  accuracy: 0.5,
};

const measured = (correlation: number | null, pValue: number, candidates = 12): MeasuredSignal => ({
  measure: "accuracy",
  examples: 50,
  signals: [
    { name: "objective", correlation, pValue },
    { name: "format loss", correlation: null, pValue: 1 },
  ],
  candidates: Array.from({ length: candidates }, () => CANDIDATE),
});

test("a loss that goes with accuracy is said to foretell it", () => {
  expect(signalText(measured(-0.8, 0.0004))).toBe(
    "The loss foretells accuracy here: prompts with a lower loss answer better (rank correlation −0.80, p < 0.001).",
  );
});

test("one that does not is a warning, and the wrong way round is another", () => {
  expect(signalText(measured(-0.3, 0.2))).toMatch(/^The loss does not foretell.*−0\.30, p 0\.200/);
  expect(signalText(measured(0.3, 0.2))).toMatch(/^The loss does not foretell.*\+0\.30, p 0\.200/);
  expect(signalText(measured(0.9, 0.001))).toMatch(/^The loss misleads here.*\+0\.90/);
});

test("where accuracy does not vary, nothing can be told", () => {
  expect(signalText(measured(null, 1))).toMatch(/^Whether .* cannot be told/);
});

test("of four candidates nothing is told, however well they are in order", () => {
  expect(signalText(measured(-1, 0.084, 4))).toMatch(/cannot be told from 4 candidates.*−1\.00/);
  expect(signalWarns(measured(-1, 0.084, 4))).toBe(false);
  expect(signalText(measured(-1, 0.02, 5))).toMatch(/^The loss foretells/);
  expect(signalText(measured(-0.9, 0.087, 5))).toMatch(/cannot be told from 5 candidates/);
});

test("the rows have a dash where nothing varies", () => {
  expect(signalRows(measured(-0.8, 0.0004))).toEqual([
    ["objective", "−0.80", "< 0.001"],
    ["format loss", "–", "1.000"],
  ]);
});

test("only a loss that leads nowhere is warned of", () => {
  expect(signalWarns(measured(-0.8, 0.0004))).toBe(false);
  expect(signalWarns(measured(null, 1))).toBe(false);
  expect(signalWarns(measured(-0.3, 0.2))).toBe(true);
  expect(signalWarns(measured(0.9, 0.001))).toBe(true);
});
