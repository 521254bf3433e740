import { expect, test } from "vitest";
import { verdictOnPart } from "./mask.ts";

test.each([
  [0.5, 0.2, "helps"],
  [-0.5, 0.2, "hurts"],
  [0.5, 0.3, "inert"],
  [0.5, 0, "inert"],
] as const)("a part with ΔL %d ± %d %s", (deltaLoss, standardError, verdict) => {
  const part = { text: "Be brief.", start: 0, end: 9, deltaLoss, standardError };
  expect(verdictOnPart(part)).toBe(verdict);
});
