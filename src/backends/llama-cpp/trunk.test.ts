import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import {
  lastCut,
  planWithTrunk,
  sharedTrunk,
  trunkOf,
  trunkPieces,
  type TrunkPlan,
} from "./trunk.ts";

const LIMITS = {
  sequences: 4,
  newTokens: 100,
  cells: 4000,
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

  test("is evaluated in pieces of 64 tokens; what is left over is none", () => {
    const sizes = (common: number): readonly number[] =>
      trunkPieces(Int32Array.from(beginning(lastCut(common))), 0).map(({ length }) => length);
    expect(sizes(63)).toEqual([]);
    expect(sizes(127)).toEqual([64]);
    expect(sizes(200)).toEqual([64, 64, 64]);
  });

  test("is of a single prompt all but its end", () => {
    expect(trunkOf([Int32Array.from(beginning(500))])).toHaveLength(448);
    expect(trunkOf([Int32Array.from(beginning(449))])).toHaveLength(448);
    expect(trunkOf([Int32Array.from(beginning(448))])).toHaveLength(384);
  });

  test.prop([fc.integer({ min: 0, max: 1000 }), fc.integer({ min: 0, max: 1000 })])(
    "takes from an earlier one all that both have, in the same pieces",
    (before, now) => {
      const [earlier, trunk] = [before, now].map((common) =>
        Int32Array.from(beginning(lastCut(common))),
      ) as [Int32Array, Int32Array];
      const known = sharedTrunk(earlier, trunk);
      expect(known).toBe(Math.min(earlier.length, trunk.length));
      const whole = trunkPieces(trunk, 0);
      const taken = whole.slice(0, whole.length - trunkPieces(trunk, known).length);
      expect(trunkPieces(earlier, 0).slice(0, taken.length)).toEqual(taken);
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

  test.prop([prompts])(
    "leaves at least 64 tokens behind it, and hardly more than it must",
    (contexts) => {
      const { trunk, groups } = planWithTrunk(contexts, contexts, LIMITS);
      const rest = groups.reduce((sum, { tokens }) => sum + tokens.length, 0);
      const whole = trunkOf(contexts);
      expect(trunk.length === 0 || rest >= 64).toBe(true);
      expect(whole.length - trunk.length).toBeLessThanOrEqual(64);
      if (whole.length > trunk.length) expect(rest).toBeLessThan(128);
    },
  );

  test("makes a later look at a few examples cheap, however long the prompt is", () => {
    const examples = (from: number, count: number): Int32Array[] =>
      Array.from({ length: count }, (_, index) =>
        Int32Array.from([...beginning(650), ...Array<number>(10).fill(100 + from + index)]),
      );
    const [first, second] = [examples(0, 6), examples(6, 3)].map((contexts) =>
      planWithTrunk(contexts, contexts, LIMITS),
    ) as [TrunkPlan, TrunkPlan];
    const known = sharedTrunk(first.trunk, second.trunk);
    const evaluated =
      second.trunk.length -
      known +
      second.groups.reduce((sum, group) => sum + group.tokens.length, 0);
    expect(known).toBe(second.trunk.length);
    expect(evaluated).toBeLessThan(128);
  });
});
