import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createRandom } from "../core/random.ts";
import { shareSlots } from "./share.ts";

const OPERATORS = ["a", "b", "c"];

test("all slots are given, whatever happened before", () => {
  const record = fc.record({ tried: fc.nat(20), better: fc.nat(20), accepted: fc.nat(5) });
  const records = fc.dictionary(fc.constantFrom(...OPERATORS), record);
  fc.assert(
    fc.property(records, fc.nat(20), fc.integer(), (records, slots, seed) => {
      const shares = shareSlots(OPERATORS, records, slots, createRandom(seed, "share"));
      const given = [...shares.values()].reduce((sum, share) => sum + share, 0);
      expect(given).toBe(slots);
    }),
  );
});

test("untried operators come first", () => {
  const records = { a: { tried: 10, better: 10, accepted: 3 } };
  const shares = shareSlots(OPERATORS, records, 2, createRandom(1, "share"));
  expect([...shares.keys()].sort()).toEqual(["b", "c"]);
});

test("an operator that was asked before it could have ideas comes first too", () => {
  const tried = { tried: 10, better: 10, accepted: 3 };
  const records = { a: tried, b: { tried: 0, better: 0, accepted: 0 }, c: tried };
  for (let seed = 0; seed < 10; seed++) {
    expect(shareSlots(OPERATORS, records, 1, createRandom(seed, "share")).get("b")).toBe(1);
  }
});

test("an operator that wins gets more than one that loses, which still gets some", () => {
  const records = {
    a: { tried: 20, better: 16, accepted: 3 },
    b: { tried: 20, better: 0, accepted: 0 },
    c: { tried: 20, better: 5, accepted: 0 },
  };
  const shares = shareSlots(OPERATORS, records, 1000, createRandom(1, "share"));
  const of = (operator: string): number => shares.get(operator) ?? 0;
  expect(of("a")).toBeGreaterThan(of("c"));
  expect(of("c")).toBeGreaterThan(of("b"));
  expect(of("b")).toBeGreaterThan(0);
});
