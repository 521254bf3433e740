import * as fc from "fast-check";
import { expect, test } from "vitest";
import { muchFaster } from "./fastest-threads.ts";

test("a count that is a little faster is noise, one that is much faster is taken", () => {
  expect(
    muchFaster([
      [8, 100],
      [16, 90],
      [4, 110],
    ]),
  ).toBe(8);
  expect(
    muchFaster([
      [8, 100],
      [16, 70],
      [4, 60],
    ]),
  ).toBe(4);
});

test("no other count than the usual one is taken unless the usual one takes a fifth more time", () => {
  const time = fc.double({ min: 1, max: 1000, noNaN: true });
  fc.assert(
    fc.property(fc.array(time, { minLength: 1, maxLength: 5 }), (milliseconds) => {
      const times = milliseconds.map((each, index) => [index, each] as const);
      const chosen = muchFaster(times);
      const least = Math.min(...milliseconds);
      const [usual] = milliseconds as [number, ...number[]];
      expect(chosen === 0 || milliseconds[chosen] === least).toBe(true);
      expect(chosen !== 0).toBe(usual > 1.2 * least);
    }),
  );
});
