import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { type Group, type GroupLimits, planGroups } from "./plan.ts";

const LIMITS: GroupLimits = {
  sequences: 4,
  newTokens: 12,
  cells: 40,
  sharing: true,
};

const paths = fc.array(
  fc
    .array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 12 })
    .map((tokens) => Int32Array.from(tokens)),
  { minLength: 1, maxLength: 30 },
);

const limits = fc.record({
  sequences: fc.integer({ min: 1, max: 6 }),
  newTokens: fc.integer({ min: 1, max: 30 }),
  cells: fc.integer({ min: 12, max: 60 }),
  sharing: fc.boolean(),
});

/** Plays the plan on a cache that holds token lists by sequence; returns what each path ended up with. */
function play(groups: readonly Group[]): Map<number, number[]> {
  const evaluated = new Map<number, number[]>();
  let cache: number[][] = [];
  for (const group of groups) {
    const trunk = cache.at(-1) ?? [];
    cache = group.kept.map((kept) => trunk.slice(0, kept));
    for (const { token, position, sequences } of group.tokens) {
      for (const sequence of sequences.map((each) => cache[each])) {
        expect(sequence).toHaveLength(position);
        sequence?.push(token);
      }
    }
    group.paths.forEach((path, sequence) => evaluated.set(path, [...(cache[sequence] ?? [])]));
  }
  return evaluated;
}

describe("planGroups", () => {
  test.prop([paths, limits])("every sequence ends up holding exactly its path", (paths, limits) => {
    const evaluated = play(planGroups(paths, limits));
    expect(evaluated.size).toBe(paths.length);
    paths.forEach((path, index) => expect(evaluated.get(index)).toEqual([...path]));
  });

  test.prop([paths])("every distinct prefix of distinct paths is evaluated once", (paths) => {
    const leaves = [...new Map(paths.map((path) => [path.join(), path])).values()].filter(
      (path, _, all) =>
        !all.some((other) => other !== path && `${other.join()},`.startsWith(`${path.join()},`)),
    );
    const nodes = new Set(
      leaves.flatMap((path) => [...path].map((_, end) => path.slice(0, end + 1).join())),
    );
    const planned = planGroups(leaves, LIMITS).flatMap((group) => group.tokens);
    expect(planned).toHaveLength(nodes.size);
  });

  test.prop([paths, limits])("no group holds more than the limits allow", (paths, limits) => {
    for (const group of planGroups(paths, limits)) {
      expect(group.paths.length).toBeLessThanOrEqual(limits.sequences);
      if (group.paths.length === 1) continue;
      expect(group.tokens.length).toBeLessThanOrEqual(limits.newTokens);
      expect((group.kept[0] ?? 0) + group.tokens.length).toBeLessThanOrEqual(limits.cells);
    }
  });

  test.prop([paths])(
    "the plan depends on the paths alone, not on their number in memory",
    (paths) => {
      expect(planGroups(paths, LIMITS)).toEqual(
        planGroups(
          paths.map((path) => path.slice()),
          LIMITS,
        ),
      );
    },
  );

  test("without sharing every path is evaluated alone and whole", () => {
    const path = Int32Array.from([1, 2, 3]);
    const groups = planGroups([path, path], { ...LIMITS, sharing: false });
    expect(groups.map((group) => [group.kept, group.tokens.length])).toEqual([
      [[0], 3],
      [[0], 3],
    ]);
  });
});
