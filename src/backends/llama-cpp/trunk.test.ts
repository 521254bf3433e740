import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { planWithTrunk, sharedTrunk, trunkLength, trunkOf, trunkPieces } from "./trunk.ts";

const LIMITS = {
  sequences: 4,
  newTokens: 100,
  cells: 4000,
  reservedPerSequence: 0,
  sharing: true,
};

/** Prompts of one candidate: a common beginning, then each its own tokens. */
const prompts = fc
  .tuple(
    fc.integer({ min: 0, max: 700 }),
    fc.array(fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 80 }), {
      minLength: 2,
      maxLength: 12,
    }),
  )
  .map(([length, tails]) => tails.map((tail) => Int32Array.from([...beginning(length), ...tail])));

function beginning(length: number): number[] {
  return Array.from({ length }, (_, index) => 5 + (index % 7));
}

describe("the trunk of a call's prompts", () => {
  test.prop([prompts])("begins every prompt and ends before its last token", (contexts) => {
    const trunk = trunkOf(contexts);
    for (const context of contexts) {
      expect(trunk.length).toBeLessThan(context.length);
      expect([...context.subarray(0, trunk.length)]).toEqual([...trunk]);
    }
  });

  test("is evaluated in pieces of 64, 64 and then 128 tokens, and of 64 where that is left over", () => {
    const sizes = (common: number): readonly number[] =>
      trunkPieces(Int32Array.from(beginning(trunkLength(common))), 0).map(({ length }) => length);
    expect(sizes(63)).toEqual([]);
    expect(sizes(127)).toEqual([64]);
    expect(sizes(191)).toEqual([64, 64]);
    expect(sizes(200)).toEqual([64, 64, 64]);
    expect(sizes(400)).toEqual([64, 64, 128, 128]);
    expect(sizes(450)).toEqual([64, 64, 128, 128, 64]);
  });

  test("is empty for a single prompt, which shares nothing", () => {
    expect(trunkOf([Int32Array.from(beginning(500))])).toHaveLength(0);
  });

  test.prop([fc.integer({ min: 0, max: 1000 }), fc.integer({ min: 0, max: 1000 })])(
    "takes from an earlier one what is evaluated in the same pieces",
    (before, now) => {
      const [earlier, trunk] = [before, now].map((common) =>
        Int32Array.from(beginning(trunkLength(common))),
      ) as [Int32Array, Int32Array];
      const known = sharedTrunk(earlier, trunk);
      const rest = trunkPieces(trunk, known);
      const whole = trunkPieces(trunk, 0);
      expect(whole.slice(whole.length - rest.length)).toEqual(rest);
      const taken = whole.slice(0, whole.length - rest.length);
      expect(trunkPieces(earlier, 0).slice(0, taken.length)).toEqual(taken);
      expect(trunk.length - known).toBeLessThanOrEqual(
        earlier.length === trunk.length ? 0 : Math.max(trunk.length - earlier.length, 0) + 64,
      );
    },
  );

  test.prop([prompts])("and what follows it are every token of the prompts once", (contexts) => {
    const { trunk, groups } = planWithTrunk(contexts, contexts, LIMITS);
    const distinct = new Set(
      contexts.flatMap((context) => [...context].map((_, end) => context.slice(0, end + 1).join())),
    );
    const evaluated = trunk.length + groups.reduce((sum, { tokens }) => sum + tokens.length, 0);
    // The last token of a prompt that another one begins with is evaluated for each of them.
    expect(evaluated).toBeGreaterThanOrEqual(distinct.size);
    expect(evaluated).toBeLessThanOrEqual(distinct.size + contexts.length);
  });

  test.prop([prompts])("is left out where fewer than 64 tokens would follow it", (contexts) => {
    const { trunk, groups } = planWithTrunk(contexts, contexts, LIMITS);
    const rest = groups.reduce((sum, { tokens }) => sum + tokens.length, 0);
    expect(trunk.length === 0 || rest >= 64).toBe(true);
  });
});
