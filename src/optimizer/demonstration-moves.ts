import { type Demonstration, inputKey } from "../core/example.ts";

/** The demonstrations of a prompt, in order. */
export type Shown = readonly Demonstration[];

/** What is not shown yet. */
export function unshown(pool: Shown, shown: Shown): Shown {
  // By what they say: ids of two files may be the same.
  const inputs = new Set(shown.map((demonstration) => inputKey(demonstration.inputs)));
  return pool.filter((demonstration) => !inputs.has(inputKey(demonstration.inputs)));
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
