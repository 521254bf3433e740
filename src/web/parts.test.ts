import * as fc from "fast-check";
import { h } from "preact";
import { renderToString } from "preact-render-to-string";
import { expect, test } from "vitest";
import { TintedPrompt } from "./parts.tsx";

/** The classes of the parts of a prompt whose effects are these and sure. */
function tintsOf(effects: readonly number[]): readonly string[] {
  const text = "a".repeat(effects.length);
  const parts = effects.map((deltaLoss, start) => ({
    start,
    end: start + 1,
    text: "a",
    deltaLoss,
    standardError: 0,
    interval: [deltaLoss, deltaLoss] as const,
  }));
  const html = renderToString(h(TintedPrompt, { text, parts }));
  return [...html.matchAll(/<mark class="([^"]*)"/g)].map(([, tint]) => tint as string);
}

test("every part has one of the three strengths, the largest effect the highest", () => {
  const effect = fc.double({ noNaN: true, min: -20, max: 20 }).filter((each) => each !== 0);
  fc.assert(
    fc.property(fc.array(effect, { minLength: 1, maxLength: 5 }), (effects) => {
      const tints = tintsOf(effects);
      for (const tint of tints) expect(tint).toMatch(/^(helps|hurts)-[123]$/);
      const sizes = effects.map(Math.abs);
      expect(tints[sizes.indexOf(Math.max(...sizes))]).toMatch(/-3$/);
    }),
  );
});

test("an effect whose share is rounded above one has the highest strength", () => {
  const effect = 1.4709039555494212;
  expect(Math.ceil((3 * effect) / effect)).toBe(4);
  expect(tintsOf([effect])).toEqual(["helps-3"]);
});
