import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { contrastsOf, fitMainEffects, predictedChange } from "./main-effects.ts";

const features = ["a", "b", "c", "d", "e"] as const;
const baseline = new Set(["a", "b"]);
const effect = fc.double({ min: -5, max: 5, noNaN: true });
const combination = fc.subarray([...features]).map((names) => new Set<string>(names));

describe("main effects", () => {
  test("what was tried alone is foretold nearly whole, and shrunk towards no effect", () => {
    const effects = fitMainEffects([
      { contrasts: new Map([["c", 1]]), change: -2 },
      { contrasts: new Map([["d", 1]]), change: 1 },
    ]);
    const both = predictedChange(
      effects,
      new Map([
        ["c", 1],
        ["d", 1],
      ] as const),
    );
    expect(both).toBeLessThan(-0.7);
    expect(both).toBeGreaterThan(-1);
  });

  test("a feature that was never tried changes nothing", () => {
    const effects = fitMainEffects([{ contrasts: new Map([["c", 1]]), change: -2 }]);
    expect(predictedChange(effects, new Map([["e", 1]]))).toBe(0);
    expect(predictedChange(fitMainEffects([]), new Map([["e", 1]]))).toBe(0);
  });

  test("effects that do add up are found from many combinations", () => {
    fc.assert(
      fc.property(
        fc.tuple(effect, effect, effect, effect, effect),
        combination,
        (truth, wanted) => {
          const trueEffects = new Map(
            features.map((name, index) => [name as string, truth[index] as number]),
          );
          const all = Array.from(
            { length: 32 },
            (_, bits) => new Set<string>(features.filter((_name, index) => (bits >> index) & 1)),
          );
          const trials = [...all, ...all].map((tried) => {
            const contrasts = contrastsOf(tried, baseline);
            return { contrasts, change: predictedChange(trueEffects, contrasts) };
          });
          const effects = fitMainEffects(trials);
          const contrasts = contrastsOf(wanted, baseline);
          expect(
            Math.abs(predictedChange(effects, contrasts) - predictedChange(trueEffects, contrasts)),
          ).toBeLessThan(0.5);
        },
      ),
    );
  });

  test("the baseline differs from itself in nothing, and two combinations in opposite directions", () => {
    fc.assert(
      fc.property(combination, combination, (one, other) => {
        expect(contrastsOf(one, one).size).toBe(0);
        const there = contrastsOf(one, other);
        const back = contrastsOf(other, one);
        expect([...there].every(([name, sign]) => back.get(name) === -sign)).toBe(true);
        expect(there.size).toBe(back.size);
      }),
    );
  });
});
