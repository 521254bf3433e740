import * as fc from "fast-check";
import { expect, test } from "vitest";
import { TextStream } from "./text-stream.ts";

/** Text whose bytes come a few at a time. */
function pieces(text: string, sizes: readonly number[], stop: readonly string[]): string[] {
  const bytes = Buffer.from(text);
  const stream = new TextStream(stop);
  const told: string[] = [];
  let start = 0;
  for (const size of [...sizes, bytes.length]) {
    told.push(stream.push(bytes.subarray(start, start + size)));
    start += size;
  }
  const ends = stop.map((each) => text.indexOf(each)).filter((place) => place >= 0);
  told.push(stream.end(text.slice(0, Math.min(text.length, ...ends))));
  return told;
}

const letters = fc.string({ unit: fc.constantFrom("a", "b", "é", "🦊", "\n"), maxLength: 30 });

test("the pieces are the text up to what ends it, wherever its bytes are cut", () => {
  const stops = fc.array(
    fc.string({ unit: fc.constantFrom("a", "b", "é"), minLength: 1, maxLength: 4 }),
    { maxLength: 3 },
  );
  fc.assert(
    fc.property(
      letters,
      fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 40 }),
      stops,
      (text, sizes, stop) => {
        const ends = stop.map((each) => text.indexOf(each)).filter((place) => place >= 0);
        const whole = text.slice(0, Math.min(text.length, ...ends));
        expect(pieces(text, sizes, stop).join("")).toBe(whole);
      },
    ),
  );
});

test("a piece is told as soon as it is certain", () => {
  const stream = new TextStream(["END"]);
  const push = (text: string): string => stream.push(Buffer.from(text));
  expect([push("one "), push("two E"), push("N"), push("x "), push("END")]).toEqual([
    "one ",
    "two ",
    "",
    "ENx ",
    "",
  ]);
});
