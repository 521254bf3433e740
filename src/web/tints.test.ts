import * as fc from "fast-check";
import { expect, test } from "vitest";
import { tintedSpans } from "./tints.ts";

const token = (text: string | null, change: number) => ({ text, start: -3, best: -3 + change });

test("neighbours that changed about as much share a span, and what ends the answer has a sign", () => {
  const tokens = [token("Bil", 2.5), token("ling", 2.4), token(" please", -0.8), token(null, 0)];
  expect(tintedSpans(tokens)).toEqual([
    { text: "Billing", tint: "helps-3" },
    { text: " please", tint: "hurts-2" },
    { text: "⏎", tint: "inert" },
  ]);
});

test("a change below a tenth of a nat has no tint, and twice as likely is a middling one", () => {
  const tints = [0.09, 0.11, 0.7, -0.11, -2.4].map(
    (change) => tintedSpans([token("x", change)])[0],
  );
  expect(tints.map((span) => span?.tint)).toEqual([
    "inert",
    "helps-1",
    "helps-2",
    "hurts-1",
    "hurts-3",
  ]);
});

test("spans hold the whole answer in its order", () => {
  const tokens = fc.array(fc.tuple(fc.string(), fc.double({ min: -5, max: 5, noNaN: true })));
  fc.assert(
    fc.property(tokens, (pairs) => {
      const spans = tintedSpans(pairs.map(([text, change]) => token(text, change)));
      expect(spans.map(({ text }) => text).join("")).toBe(pairs.map(([text]) => text).join(""));
      expect(spans.every(({ tint }, index) => tint !== spans[index + 1]?.tint)).toBe(true);
    }),
  );
});
