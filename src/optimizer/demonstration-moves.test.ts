import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Demonstration } from "../core/example.ts";
import { additions, exchanges, removals, replacements, type Shown } from "./demonstration-moves.ts";

const demonstration = (id: string): Demonstration => ({ id, inputs: { input: id }, target: "y" });
const named = (ids: string): Shown => ids.split("").map(demonstration);
const names = (lists: readonly Shown[]): readonly string[] =>
  lists.map((list) => list.map(({ id }) => id).join(""));

test("additions stand next to the input, and none is shown twice", () => {
  expect(names(additions(named("b"), named("abc")))).toEqual(["ba", "bc"]);
});

test("a replacement keeps the places of the others", () => {
  expect(names(replacements(named("ab"), named("abcd")))).toEqual(["cb", "db", "ac", "ad"]);
});

test("every two places are exchanged once", () => {
  expect(names(exchanges(named("abc")))).toEqual(["bac", "cba", "acb"]);
  expect(names(exchanges(named("abcd")))).toHaveLength(6);
});

test("every one is left out once", () => {
  expect(names(removals(named("abc")))).toEqual(["bc", "ac", "ab"]);
  expect(removals([])).toEqual([]);
});

test("no move shows an example twice or one from elsewhere", () => {
  const pool = named("abcdef");
  fc.assert(
    fc.property(fc.shuffledSubarray([...pool]), (shown) => {
      const moves = [
        ...additions(shown, pool),
        ...removals(shown),
        ...replacements(shown, pool),
        ...exchanges(shown),
      ];
      for (const moved of moves) {
        expect(new Set(moved.map(({ id }) => id)).size).toBe(moved.length);
        expect(moved.every((one) => pool.includes(one))).toBe(true);
      }
      expect(new Set(names(moves)).size).toBe(moves.length);
    }),
  );
});
