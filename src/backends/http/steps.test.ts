import * as fc from "fast-check";
import { expect, test } from "vitest";
import { joinSteps, stepsOf } from "./steps.ts";

const tokens = fc
  .array(fc.nat(1000), { minLength: 1, maxLength: 6 })
  .map((ids) => Int32Array.from(ids));
const requests = fc.array(fc.record({ id: fc.string(), context: tokens, target: tokens }));

test("every target token is asked for once, behind what stands before it, and comes back in place", () => {
  fc.assert(
    fc.property(requests, (asked) => {
      const steps = stepsOf(asked, new Set([7]));
      const results = steps.map(({ context, target }) => ({
        logProbs: Float64Array.of(-(1000 * context.length + (target[0] ?? 0))),
      }));
      expect(joinSteps(asked, results).map(({ logProbs }) => [...logProbs])).toEqual(
        asked.map(({ context, target }) =>
          Array.from(target, (token, index) => -(1000 * (context.length + index) + token)),
        ),
      );
      const firsts = steps.filter(({ context }) =>
        asked.some((each) => each.context.length === context.length),
      );
      for (const { id, context } of firsts) {
        expect(asked.some((each) => each.id === id && each.context[0] === context[0])).toBe(true);
      }
    }),
  );
});
