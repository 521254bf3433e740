import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import type { Sampling } from "../../core/model.ts";
import { createRandom } from "../../core/random.ts";
import { sampleToken } from "./sampler.ts";

const FREE: Sampling = { temperature: 1, topP: 1, topK: 0, minP: 0 };

/** Probabilities .5, .25, .125, .0625, .0625 of tokens 0 to 4, as logits with any offset. */
const HALVES = Float32Array.from([-1, -2, -3, -4, -4], (power) => power * Math.LN2 + 5);

/** The tokens of many draws and how often each came. */
function draw(logits: Float32Array, sampling: Sampling, draws = 2000): Map<number, number> {
  const random = createRandom(7, "test");
  const counts = new Map<number, number>();
  for (let count = 0; count < draws; count++) {
    const token = sampleToken(logits, 0, logits.length, sampling, random);
    counts.set(token, (counts.get(token) ?? 0) + 1);
  }
  return counts;
}

const drawn = (logits: Float32Array, sampling: Partial<Sampling>): number[] =>
  [...draw(logits, { ...FREE, ...sampling }).keys()].sort((a, b) => a - b);

const anyLogits = fc
  .array(fc.float({ min: -40, max: 40, noNaN: true }), { minLength: 1, maxLength: 40 })
  .map((values) => Float32Array.from(values));

describe("sampleToken", () => {
  test.prop([anyLogits, fc.integer()])(
    "takes the most likely token at temperature 0",
    (logits, seed) => {
      const sampling = { temperature: 0, topP: 0.5, topK: 3, minP: 0.1 };
      const token = sampleToken(logits, 0, logits.length, sampling, createRandom(seed));
      expect(token).toBe(logits.indexOf(Math.max(...logits)));
    },
  );

  test.prop([anyLogits, fc.integer({ min: 1, max: 5 }), fc.integer()])(
    "draws one of the k likeliest, lower ids first among equals",
    (logits, topK, seed) => {
      const token = sampleToken(logits, 0, logits.length, { ...FREE, topK }, createRandom(seed));
      const before = logits.filter(
        (logit, other) =>
          logit > (logits[token] as number) || (logit === logits[token] && other < token),
      );
      expect(before.length).toBeLessThan(topK);
    },
  );

  test.prop([anyLogits, fc.integer()])(
    "draws the same token for the same stream",
    (logits, seed) => {
      const once = (): number =>
        sampleToken(logits, 0, logits.length, { ...FREE, topP: 0.9 }, createRandom(seed));
      expect(once()).toBe(once());
    },
  );

  test("draws every token as often as it is likely", () => {
    const counts = draw(HALVES, FREE, 16_000);
    const expected = [8000, 4000, 2000, 1000, 1000];
    expected.forEach((count, token) => {
      // Five standard deviations of a binomial count.
      const slack = 5 * Math.sqrt(count * (1 - count / 16_000));
      expect(Math.abs((counts.get(token) ?? 0) - count)).toBeLessThan(slack);
    });
  });

  test("reads only the row of logits that it is given", () => {
    const rows = Float32Array.of(9, 9, 9, 0, 1, 0, 9, 9);
    const greedy = { ...FREE, temperature: 0 };
    expect(sampleToken(rows, 3, 3, greedy, createRandom(0))).toBe(1);
    expect(drawn(rows.subarray(3, 6), {})).toEqual([0, 1, 2]);
  });

  test("top-p keeps the shortest head that reaches p", () => {
    expect(drawn(HALVES, { topP: 0.49 })).toEqual([0]);
    expect(drawn(HALVES, { topP: 0.51 })).toEqual([0, 1]);
    expect(drawn(HALVES, { topP: 0.74 })).toEqual([0, 1]);
    expect(drawn(HALVES, { topP: 0.76 })).toEqual([0, 1, 2]);
  });

  test("top-p counts probability among what top-k left", () => {
    // Of .5 and .25 alone the first is two thirds.
    expect(drawn(HALVES, { topK: 2, topP: 0.66 })).toEqual([0]);
    expect(drawn(HALVES, { topK: 2, topP: 0.67 })).toEqual([0, 1]);
  });

  test("min-p keeps what is at least p times as likely as the likeliest", () => {
    expect(drawn(HALVES, { minP: 0.51 })).toEqual([0]);
    expect(drawn(HALVES, { minP: 0.49 })).toEqual([0, 1]);
    expect(drawn(HALVES, { minP: 0.12 })).toEqual([0, 1, 2, 3, 4]);
  });

  test("finds the head of a flat vocabulary as well as of a steep one", () => {
    const flat = new Float32Array(3000);
    expect(Math.max(...draw(flat, { ...FREE, topP: 0.1 }, 4000).keys())).toBeLessThan(301);
    const steep = Float32Array.from({ length: 50 }, (_, token) => -10 * token);
    expect(drawn(steep, { topK: 3, temperature: 100 })).toEqual([0, 1, 2]);
  });

  test("a high temperature makes unlikely tokens common, a low one rare", () => {
    const hot = draw(HALVES, { ...FREE, temperature: 100 }).get(4) ?? 0;
    const cold = draw(HALVES, { ...FREE, temperature: 0.1 }).get(4) ?? 0;
    expect(hot).toBeGreaterThan(300);
    expect(cold).toBe(0);
  });
});
