import type { NativeModel } from "./native-model.ts";
import { TRUNK_SEQUENCES } from "./trunk.ts";

/** Another count than the usual one is taken only where it is so many times faster: less is noise. */
const FASTER = 1.2;
const MOST_MILLISECONDS = 1000;
/** Enough to keep all threads at work, few enough for large models. */
const TIMED_TOKENS = 64;

/**
 * The thread count with which the model evaluates fastest, measured for about a second, and set.
 * The counts take turns, so that what else the machine does falls on all of them.
 *
 * @param counts the usual one first
 */
export function fastestThreads(
  model: NativeModel,
  counts: readonly [usual: number, ...others: number[]],
): number {
  const least = new Map<number, number>();
  const begun = performance.now();
  do {
    for (const count of counts) {
      model.useThreads(count);
      const milliseconds = timedEvaluation(model);
      least.set(count, Math.min(milliseconds, least.get(count) ?? Infinity));
    }
  } while (performance.now() - begun < MOST_MILLISECONDS);
  const chosen = muchFaster([...least]);
  model.useThreads(chosen);
  return chosen;
}

/** The count of least time, or the first where none is much faster. */
export function muchFaster(
  times: readonly (readonly [count: number, milliseconds: number])[],
): number {
  const [usual, ...others] = times;
  if (usual === undefined) throw new RangeError("There is no thread count to choose");
  const fastest = others.reduce((best, each) => (each[1] < best[1] ? each : best), usual);
  return usual[1] > FASTER * fastest[1] ? fastest[0] : usual[0];
}

function timedEvaluation(model: NativeModel): number {
  model.clear();
  const tokens = Array.from({ length: TIMED_TOKENS }, (_, position) => ({
    token: position,
    position,
    sequences: TRUNK_SEQUENCES,
  }));
  const begun = performance.now();
  model.evaluate(
    tokens,
    () => false,
    () => {},
  );
  return performance.now() - begun;
}
