import * as fc from "fast-check";
import { expect, test } from "vitest";
import { logSumExp } from "./logit-row.ts";
import { placeScore } from "./place-score.ts";

test("rank and likeliest tokens are those of the sorted vocabulary", () => {
  const logit = fc.integer({ min: -5, max: 5 });
  fc.assert(
    fc.property(
      fc.array(logit, { minLength: 1, maxLength: 40 }),
      fc.nat(),
      fc.integer({ min: 0, max: 8 }),
      (values, any, topCount) => {
        const token = any % values.length;
        const logits = Float32Array.of(99, ...values);
        const total = logSumExp(logits, 1, values.length);
        const place = { logits, start: 1, size: values.length, total };
        const score = placeScore(place, token, topCount);
        const sorted = values
          .map((value, index) => ({ token: index, logProb: Math.min(0, value - total) }))
          .sort((a, b) => b.logProb - a.logProb || a.token - b.token);
        expect(score.top).toEqual(sorted.slice(0, topCount));
        expect(score.logProb).toBe(Math.min(0, (values[token] ?? 0) - total));
        expect(score.rank).toBe(values.filter((value) => value > (values[token] ?? 0)).length + 1);
      },
    ),
  );
});
