import type { Random } from "../core/random.ts";

/** A uniform sample of things that are seen once, one after another. */
export interface Reservoir<T> {
  add(item: T): void;
  /** How many were seen. */
  readonly seen: number;
  /** The kept ones, in the order in which they came. */
  kept(): readonly T[];
}

/** Keeps up to `size` items: of n seen, every set of `size` is equally likely (Vitter 1985, algorithm R). */
export function createReservoir<T>(size: number, random: Random): Reservoir<T> {
  const items: { readonly place: number; readonly item: T }[] = [];
  let seen = 0;
  return {
    get seen() {
      return seen;
    },
    add(item) {
      const slot = seen < size ? seen : random.integer(seen + 1);
      if (slot < size) items[slot] = { place: seen, item };
      seen++;
    },
    kept: () => items.toSorted((a, b) => a.place - b.place).map(({ item }) => item),
  };
}
