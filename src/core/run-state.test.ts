import { expect, test } from "vitest";
import { lossOf } from "./loss.test-support.ts";
import { foretoldChange } from "./run-state.ts";
import { summariseLosses } from "./loss.ts";

test("what a dropped candidate changes on all examples is foretold from those it saw, hard ones for less", () => {
  const losses = [lossOf(1, "easy"), lossOf(9, "hard")];
  const incumbent = { losses, summary: summariseLosses(losses) };
  const seen = [lossOf(0.5, "easy"), lossOf(4.5, "hard")];
  // Drawn in proportion to 1 + 5 and 9 + 5.
  expect(foretoldChange({ losses: seen }, incumbent)).toBeCloseTo(
    (-0.5 / 6 - 4.5 / 14) / (1 / 6 + 1 / 14),
    12,
  );
  expect(foretoldChange({ losses: seen.slice(0, 1) }, incumbent)).toBe(-0.5);
});
