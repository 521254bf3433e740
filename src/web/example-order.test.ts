import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { ExampleRow } from "../report/example-rows.ts";
import { arrange, filterFor, passes } from "./example-order.ts";

const side = fc.record({
  loss: fc.double({ noNaN: true, min: 0, max: 50 }),
  format: fc.constant(null),
  decision: fc.constant(null),
  answer: fc.option(fc.string()),
  score: fc.option(fc.constantFrom(0, 0.4, 0.5, 1)),
});

const rows: fc.Arbitrary<readonly ExampleRow[]> = fc.array(
  fc.record({
    id: fc.string(),
    input: fc.string(),
    target: fc.string({ minLength: 1 }),
    start: side,
    best: side,
    isSuspect: fc.boolean(),
  }),
);

const HARDEST = { key: "best", isDescending: true } as const;

test("sorting shows every row once, the hardest first", () => {
  fc.assert(
    fc.property(rows, (given) => {
      const shown = arrange(given, HARDEST, "all", "");
      expect(new Set(shown)).toEqual(new Set(given));
      const losses = shown.map(({ best }) => best.loss);
      expect(losses).toEqual(losses.toSorted((a, b) => b - a));
    }),
  );
});

test("a row whose answers are known belongs to one kind of change at most", () => {
  fc.assert(
    fc.property(rows, (given) => {
      for (const row of given) {
        const kinds = (["became-right", "became-wrong", "still-wrong"] as const).filter((kind) =>
          passes(row, kind),
        );
        expect(kinds.length).toBeLessThan(2);
        if (row.start.score === null || row.best.score === null) expect(kinds).toEqual([]);
      }
    }),
  );
});

test("a filter is kept for other rows if it shows any of them, else all are shown", () => {
  fc.assert(
    fc.property(rows, fc.constantFrom("still-wrong", "suspects"), (given, filter) => {
      const kept = filterFor(given, filter);
      expect(arrange(given, HARDEST, kept, "").length > 0).toBe(given.length > 0);
      if (given.some((row) => passes(row, filter))) expect(kept).toBe(filter);
    }),
  );
});

test("a search finds text of input, known answer and both answers, in any case", () => {
  const row: ExampleRow = {
    id: "1",
    input: "Where is my Parcel?",
    target: "shipping",
    start: { loss: 1, format: null, decision: null, answer: "Sorry!", score: 0 },
    best: { loss: 1, format: null, decision: null, answer: null, score: null },
    isSuspect: false,
  };
  for (const text of ["parcel", "SHIP", " sorry "]) {
    expect(arrange([row], HARDEST, "all", text)).toEqual([row]);
  }
  expect(arrange([row], HARDEST, "all", "billing")).toEqual([]);
});
