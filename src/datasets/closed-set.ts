import type { Example } from "../core/example.ts";

const MAXIMUM_ANSWERS = 12;
const MINIMUM_ROWS_PER_ANSWER = 4;
const MAXIMUM_ANSWER_CHARACTERS = 40;

/**
 * The legal answers that all examples share, or null where the answers are open or differ by
 * example: the options that every example names, else the targets where they are few, short and
 * often repeated.
 */
export function closedAnswerSet(examples: readonly Example[]): readonly string[] | null {
  return examples.some(({ options }) => options !== undefined)
    ? sharedOptions(examples)
    : fewTargets(examples);
}

function sharedOptions(examples: readonly Example[]): readonly string[] | null {
  const [first, ...others] = examples.map(({ options }) => options);
  return first !== undefined && others.every((options) => setKey(options) === setKey(first))
    ? first
    : null;
}

function fewTargets(examples: readonly Example[]): readonly string[] | null {
  const targets = [...new Set(examples.map(({ target }) => target))].sort();
  const closed =
    targets.length >= 2 &&
    targets.length <= MAXIMUM_ANSWERS &&
    examples.length >= MINIMUM_ROWS_PER_ANSWER * targets.length &&
    targets.every((target) => target.length <= MAXIMUM_ANSWER_CHARACTERS);
  return closed ? targets : null;
}

function setKey(options: readonly string[] = []): string {
  return JSON.stringify([...options].sort());
}
