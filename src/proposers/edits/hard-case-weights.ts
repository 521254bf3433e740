import type { Demonstration, Example } from "../../core/example.ts";
import type { Random } from "../../core/random.ts";

/** An example that is like a hard case in answer and words is drawn up to five times as often as one that is like none. */
const MOST_EXTRA_WEIGHT = 4;

/** Draws one of at least one example; those that are like a hard case more often. Without hard cases all are alike. */
export function pickForHardCases(
  pool: readonly Demonstration[],
  hardCases: readonly Example[],
  random: Random,
): Demonstration {
  const weights = pool.map(
    (demonstration) => 1 + MOST_EXTRA_WEIGHT * likeness(demonstration, hardCases),
  );
  let left = random.float() * weights.reduce((sum, weight) => sum + weight, 0);
  const drawn = weights.findIndex((weight) => (left -= weight) < 0);
  // Rounding may leave a little over: that is the last one's.
  return pool.at(drawn) as Demonstration;
}

/** How much an example is like the hard case nearest to it, from 0 to 1: half for the answer, half for the words of the input. */
function likeness({ inputs, target }: Demonstration, hardCases: readonly Example[]): number {
  const own = wordsOf(inputs);
  return hardCases.reduce((most, hardCase) => {
    const sameAnswer = hardCase.target === target ? 0.5 : 0;
    return Math.max(most, sameAnswer + overlap(own, wordsOf(hardCase.inputs)) / 2);
  }, 0);
}

function wordsOf(inputs: Example["inputs"]): ReadonlySet<string> {
  const text = Object.values(inputs).join(" ").toLowerCase();
  return new Set(text.match(/[\p{L}\p{N}]+/gu) ?? []);
}

/** Words in both over words in either (Jaccard). */
function overlap(one: ReadonlySet<string>, other: ReadonlySet<string>): number {
  const shared = [...one].filter((word) => other.has(word)).length;
  const all = one.size + other.size - shared;
  return all === 0 ? 0 : shared / all;
}
