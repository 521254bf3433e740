import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

/** A seeded stream of random numbers. */
export interface Random {
  /** In [0, 1). */
  float(): number;
  /** A whole number in [0, below). */
  integer(below: number): number;
  /** A new array in random order. */
  shuffle<T>(items: readonly T[]): T[];
  /** A new array in an order in which each place is drawn from what is left in proportion to weights above 0. */
  shuffleByWeight<T>(items: readonly T[], weight: (item: T) => number): T[];
  /** One of at least one item. */
  pick<T>(items: readonly T[]): T;
}

/**
 * A stream of its own for each purpose: what one part of the program draws never shifts another's
 * numbers, and no generator state has to be stored to continue a run.
 */
export function createRandom(seed: number, ...purpose: readonly (string | number)[]): Random {
  const generator = xoroshiro128plus(deriveSeed(seed, ...purpose));
  const float = (): number => uniformFloat64(generator);
  const integer = (below: number): number => uniformInt(generator, 0, below - 1);
  const shuffle = <T>(items: readonly T[]): T[] => {
    const shuffled = [...items];
    for (let last = shuffled.length - 1; last > 0; last--) {
      const other = integer(last + 1);
      [shuffled[last], shuffled[other]] = [shuffled[other] as T, shuffled[last] as T];
    }
    return shuffled;
  };
  // The first of several exponential clocks rings in proportion to their rates.
  const shuffleByWeight = <T>(items: readonly T[], weight: (item: T) => number): T[] => {
    // The first number of a stream hardly depends on the end of its purpose.
    float();
    return items
      .map((item) => ({ item, time: -Math.log1p(-float()) / weight(item) }))
      .sort((a, b) => a.time - b.time)
      .map(({ item }) => item);
  };
  const pick = <T>(items: readonly T[]): T => {
    if (items.length === 0) throw new RangeError("Expected at least one item to pick from");
    return items[integer(items.length)] as T;
  };
  return { float, integer, shuffle, shuffleByWeight, pick };
}

/** A 31-bit seed from a seed and a path of names: FNV-1a over its JSON text. */
export function deriveSeed(seed: number, ...purpose: readonly (string | number)[]): number {
  let hash = 0x811c9dc5;
  for (const character of JSON.stringify([seed, ...purpose])) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  }
  return hash & 0x7fffffff;
}
