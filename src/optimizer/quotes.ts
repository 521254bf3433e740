import type { Example } from "../core/example.ts";

/** Words in a row that no prompt has in common with an example by chance. */
const INPUT_WORDS = 6;
/** Answers are shorter, and fewer words of theirs give one away. */
const ANSWER_WORDS = 4;

/** Says which training example a text quotes, or null. */
export type QuoteFinder = (text: string) => string | null;

/**
 * Finds runs of words that stand in one training example's input or answer, and in no other's and
 * not in what any prompt may say (the start prompt, the legal answers): a prompt that holds them has
 * learnt the example, not the task.
 */
export function quoteFinder(examples: readonly Example[], sayable: readonly string[]): QuoteFinder {
  const legal = [...sayable, ...examples.flatMap(({ options = [] }) => options)];
  const owners = [
    runOwners(examples, INPUT_WORDS, ({ inputs }) => Object.values(inputs), legal),
    runOwners(examples, ANSWER_WORDS, ({ target, accept = [] }) => [target, ...accept], legal),
  ];
  return (text) => {
    for (const { length, ownerOf } of owners) {
      const run = runsOf(text, length).find((each) => ownerOf.has(each));
      if (run !== undefined) return ownerOf.get(run) ?? null;
    }
    return null;
  };
}

interface RunOwners {
  readonly length: number;
  /** The id of the only example that holds the run of words. */
  readonly ownerOf: ReadonlyMap<string, string>;
}

function runOwners(
  examples: readonly Example[],
  length: number,
  textsOf: (example: Example) => readonly string[],
  sayable: readonly string[],
): RunOwners {
  const ownerOf = new Map<string, string>();
  const common = new Set(sayable.flatMap((text) => runsOf(text, length)));
  for (const example of examples) {
    for (const run of new Set(textsOf(example).flatMap((text) => runsOf(text, length)))) {
      if (ownerOf.has(run)) common.add(run);
      ownerOf.set(run, example.id);
    }
  }
  for (const run of common) ownerOf.delete(run);
  return { length, ownerOf };
}

const WORDS = new Intl.Segmenter("en", { granularity: "word" });

/** All runs of that many words, in lower case; also in scripts that write no spaces. */
function runsOf(text: string, length: number): readonly string[] {
  const words = [...WORDS.segment(text.toLowerCase())]
    .filter(({ isWordLike }) => isWordLike === true)
    .map(({ segment }) => segment);
  return words.slice(length - 1).map((_, start) => words.slice(start, start + length).join(" "));
}
