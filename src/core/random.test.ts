import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createRandom } from "./random.ts";

const draws = (seed: number, ...purpose: readonly (string | number)[]): readonly number[] => {
  const random = createRandom(seed, ...purpose);
  return Array.from({ length: 8 }, () => random.float());
};

test("the same seed and purpose give the same stream", () => {
  expect(draws(7, "share", 2)).toEqual(draws(7, "share", 2));
});

test("another seed, purpose or place gives another stream", () => {
  const streams = [
    draws(7, "share", 2),
    draws(8, "share", 2),
    draws(7, "split", 2),
    draws(7, "share", 3),
  ];
  expect(new Set(streams.map((stream) => stream.join())).size).toBe(4);
});

test("numbers stay in their ranges and shuffling loses nothing", () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 1, max: 50 }), (seed, size) => {
      const random = createRandom(seed, "test");
      const items = Array.from({ length: size }, (_, index) => index);
      expect(random.shuffle(items).toSorted((a, b) => a - b)).toEqual(items);
      expect(random.shuffleByWeight(items, (item) => item + 1).toSorted((a, b) => a - b)).toEqual(
        items,
      );
      expect(items).toContain(random.pick(items));
      const drawn = random.integer(size);
      expect(drawn >= 0 && drawn < size && Number.isInteger(drawn)).toBe(true);
      const float = random.float();
      expect(float >= 0 && float < 1).toBe(true);
    }),
  );
});

test("what weighs more comes first more often, in proportion", () => {
  const random = createRandom(3, "weights");
  const firsts = Array.from(
    { length: 3000 },
    () => random.shuffleByWeight([1, 2, 3], (weight) => weight)[0],
  );
  const share = (item: number): number => firsts.filter((first) => first === item).length / 3000;
  expect(share(1)).toBeCloseTo(1 / 6, 1);
  expect(share(2)).toBeCloseTo(2 / 6, 1);
  expect(share(3)).toBeCloseTo(3 / 6, 1);
});

test("what comes first differs between purposes that end alike", () => {
  const items = Array.from({ length: 100 }, (_, index) => index);
  const places = Array.from({ length: 200 }, (_, iteration) =>
    createRandom(42, "race", iteration)
      .shuffleByWeight(items, () => 1)
      .indexOf(0),
  );
  const mean = places.reduce((sum, place) => sum + place, 0) / places.length;
  const variance = places.reduce((sum, place) => sum + (place - mean) ** 2, 0) / places.length;
  // Evenly spread over 100 places: 28.9.
  expect(Math.sqrt(variance)).toBeGreaterThan(24);
  expect(Math.sqrt(variance)).toBeLessThan(34);
});

test("there is nothing to pick from an empty list", () => {
  expect(() => createRandom(1).pick([])).toThrow("at least one item");
});
