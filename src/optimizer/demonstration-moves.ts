import type { Demonstration } from "../core/example.ts";

/** The demonstrations of a prompt, in order. */
export type Shown = readonly Demonstration[];

/** What is not shown yet. */
export function unshown(pool: Shown, shown: Shown): Shown {
  const ids = new Set(shown.map(({ id }) => id));
  return pool.filter(({ id }) => !ids.has(id));
}

/** Every list with one more at its end, next to the input. */
export function additions(shown: Shown, pool: Shown): readonly Shown[] {
  return unshown(pool, shown).map((demonstration) => [...shown, demonstration]);
}

/** Every list with one left out. */
export function removals(shown: Shown): readonly Shown[] {
  return shown.map((_, place) => shown.toSpliced(place, 1));
}

/** Every list with another one in the place of one. */
export function replacements(shown: Shown, pool: Shown): readonly Shown[] {
  const others = unshown(pool, shown);
  return shown.flatMap((_, place) => others.map((other) => shown.with(place, other)));
}

/** Every list with two places exchanged. */
export function exchanges(shown: Shown): readonly Shown[] {
  return shown.flatMap((one, place) =>
    shown
      .slice(place + 1)
      .map((other, distance) => shown.with(place, other).with(place + 1 + distance, one)),
  );
}
