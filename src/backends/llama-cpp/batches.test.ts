import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { batchSizes } from "./batches.ts";

const LIMITS = { tokens: 512, outputs: 128 };

const repeated = (count: number, value: boolean): boolean[] =>
  Array.from({ length: count }, () => value);

describe("batchSizes", () => {
  test.prop([
    fc.array(fc.boolean(), { maxLength: 200 }),
    fc.record({ tokens: fc.integer({ min: 1, max: 20 }), outputs: fc.integer({ min: 1, max: 8 }) }),
  ])("covers all tokens within both limits", (wanted, limits) => {
    let start = 0;
    for (const size of batchSizes(wanted, limits)) {
      const outputs = wanted.slice(start, start + size).filter(Boolean).length;
      expect(size).toBeGreaterThan(0);
      expect(size).toBeLessThanOrEqual(limits.tokens);
      expect(outputs).toBeLessThanOrEqual(limits.outputs);
      start += size;
    }
    expect(start).toBe(wanted.length);
  });

  test("leaves no small rest where tokens are the limit", () => {
    expect(batchSizes(repeated(514, false), LIMITS)).toEqual([257, 257]);
  });

  test("leaves no small rest where outputs are the limit", () => {
    expect(batchSizes([...repeated(126, false), ...repeated(416, true)], LIMITS)).toEqual([
      230, 104, 104, 104,
    ]);
    expect(batchSizes([...repeated(381, false), ...repeated(139, true)], LIMITS)).toEqual([
      260, 191, 69,
    ]);
  });

  test("makes one batch of what fits, and none of nothing", () => {
    expect(batchSizes(repeated(512, false), LIMITS)).toEqual([512]);
    expect(batchSizes([], LIMITS)).toEqual([]);
  });
});
