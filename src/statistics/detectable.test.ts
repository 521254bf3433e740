import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createRandom } from "../core/random.ts";
import {
  minimumDetectableAccuracy,
  minimumDetectableDifference,
  minimumDetectableGrade,
} from "./detectable.ts";
import { mcnemarExact } from "./paired.ts";

test("what a test can find shrinks with the standard error", () => {
  // Cohen's textbook figure: 2.8 standard errors for 80 % power at 5 %.
  expect(minimumDetectableDifference(1)).toBeCloseTo(2.8016, 3);
  expect(minimumDetectableDifference(0.05, { alpha: 0.05, power: 0.5 })).toBeCloseTo(0.098, 3);
});

test("of grades, too few or too far apart show nothing", () => {
  expect(minimumDetectableGrade(4, 0.02)).toBeNull();
  expect(minimumDetectableGrade(6, 0.02)).toBeCloseTo(0.056, 3);
  expect(minimumDetectableGrade(6, 0.5)).toBeNull();
});

test("fewer than six answers can show nothing, however they change", () => {
  for (let count = 1; count <= 5; count++) expect(minimumDetectableAccuracy(count, 0)).toBeNull();
  // All six have to change: at 97 points that is so in five of six cases.
  expect(minimumDetectableAccuracy(6, 0)).toBe(0.97);
});

test("it is found as often as is said, and one point less is not", () => {
  const count = 60;
  const discordance = 0.3;
  const smallest = minimumDetectableAccuracy(count, discordance) as number;
  const random = createRandom(0, "power");
  const share = (difference: number): number => {
    const better = (discordance + difference) / 2;
    const found = Array.from({ length: 4000 }, () => {
      const draws = Array.from({ length: count }, () => random.float());
      const wins = draws.filter((draw) => draw < better).length;
      const losses = draws.filter((draw) => draw >= better && draw < discordance).length;
      return wins > losses && mcnemarExact(losses, wins) < 0.05;
    });
    return found.filter(Boolean).length / found.length;
  };
  expect(share(smallest)).toBeGreaterThan(0.78);
  expect(share(smallest - 0.02)).toBeLessThan(0.8);
});

test("more examples find smaller differences, more changes hide them", () => {
  const discordance = fc.double({ min: 0, max: 0.8, noNaN: true });
  fc.assert(
    fc.property(fc.integer({ min: 10, max: 80 }), discordance, (count, share) => {
      const smallest = minimumDetectableAccuracy(count, share) ?? 2;
      expect(minimumDetectableAccuracy(2 * count, share) ?? 2).toBeLessThanOrEqual(smallest);
      expect(minimumDetectableAccuracy(count, share + 0.2) ?? 2).toBeGreaterThanOrEqual(
        smallest - 0.011,
      );
    }),
    { numRuns: 30 },
  );
});
