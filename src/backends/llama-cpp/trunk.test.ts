import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { lastCut, planWithTrunk, trunkOf, trunkPieces } from "./trunk.ts";

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

  test("is cut at 64 tokens and then at every 128th", () => {
    expect([0, 63, 64, 127, 128, 255, 256, 400].map(lastCut)).toEqual([
      0, 0, 64, 64, 128, 128, 256, 384,
    ]);
  });

  test("is empty for a single prompt, which shares nothing", () => {
    expect(trunkOf([Int32Array.from(beginning(500))])).toHaveLength(0);
  });

  test.prop([fc.integer({ min: 0, max: 1000 }), fc.integer({ min: 0, max: 1000 })])(
    "is evaluated in the same pieces however long it is",
    (first, second) => {
      const [short, long] = [lastCut(Math.min(first, second)), lastCut(Math.max(first, second))];
      const piecesOf = (length: number): readonly unknown[] =>
        trunkPieces(Int32Array.from(beginning(length)), 0);
      const shortPieces = piecesOf(short);
      expect(piecesOf(long).slice(0, shortPieces.length)).toEqual(shortPieces);
      const rest = trunkPieces(Int32Array.from(beginning(long)), short);
      expect([...shortPieces, ...rest]).toEqual(piecesOf(long));
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
