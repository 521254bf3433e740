import { type Example, inputKey, rightAnswers } from "../core/example.ts";
import { wordsOf } from "../core/words.ts";

/** Words in a row that no prompt has in common with an example by chance. */
const INPUT_WORDS = 6;
/** Answers are shorter, and fewer words of theirs give one away. */
const ANSWER_WORDS = 4;

/** Says which training example a text quotes, or null. */
export type QuoteFinder = (text: string) => string | null;

/**
 * Finds runs of words that stand in one training input and its answers, and in no other's and not in
 * what any prompt may say (the start prompt, the legal answers): a prompt that holds them has learnt
 * the example, not the task. Of an input that is shorter, it has where the whole of it stands there
 * and its whole answer soon after.
 */
export function quoteFinder(examples: readonly Example[], sayable: readonly string[]): QuoteFinder {
  const legal = [...sayable, ...examples.flatMap(legalAnswers)];
  const owners = [
    runOwners(examples, INPUT_WORDS, ({ inputs }) => Object.values(inputs), legal),
    runOwners(examples, ANSWER_WORDS, rightAnswers, legal),
  ];
  const pairs = shortPairs(examples, sayable);
  return (text) => {
    for (const { length, ownerOf } of owners) {
      const run = runsOf(text, length).find((each) => ownerOf.has(each));
      if (run !== undefined) return ownerOf.get(run) ?? null;
    }
    const words = lowerWords(text);
    return pairs.find((pair) => holdsPair(words, pair))?.id ?? null;
  };
}

/** Options that every prompt may name; not those of a preference pair, which are answers to one input. */
function legalAnswers({ options = [], rejected = [] }: Example): readonly string[] {
  return rejected.length === 0 ? options : [];
}

/** A short input and its answer, in words. */
interface ShortPair {
  readonly id: string;
  readonly input: readonly string[];
  readonly target: readonly string[];
}

/** So many words may stand between a short input and its answer; none between two single words: "hot → cold". */
const WORDS_BETWEEN = 3;

/** Short inputs with their answers, without what the texts say themselves, alone or together. */
function shortPairs(
  examples: readonly Example[],
  sayable: readonly string[],
): readonly ShortPair[] {
  const said = sayable.map(lowerWords);
  const isLegal = (words: readonly string[]): boolean =>
    said.some((legal) => legal.join(" ") === words.join(" "));
  return examples.flatMap(({ id, inputs, target }) => {
    const pair = {
      id,
      input: lowerWords(Object.values(inputs).join(" ")),
      target: lowerWords(target),
    };
    const isShort = pair.input.length > 0 && pair.input.length < INPUT_WORDS;
    if (!isShort || pair.target.length === 0) return [];
    if (pair.input.join(" ") === pair.target.join(" ")) return [];
    if (isLegal(pair.input) && isLegal(pair.target)) return [];
    return said.some((words) => holdsPair(words, pair)) ? [] : [pair];
  });
}

function holdsPair(words: readonly string[], { input, target }: ShortPair): boolean {
  const gaps = input.length + target.length === 2 ? 0 : WORDS_BETWEEN;
  const standsAt = (part: readonly string[], place: number): boolean =>
    part.every((word, index) => words[place + index] === word);
  return words.some((_, place) => {
    if (!standsAt(input, place)) return false;
    const behind = place + input.length;
    return Array.from({ length: gaps + 1 }, (_, gap) => behind + gap).some((start) =>
      standsAt(target, start),
    );
  });
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
  const owners = new Map<string, Example>();
  const common = new Set(sayable.flatMap((text) => runsOf(text, length)));
  for (const example of examples) {
    for (const run of new Set(textsOf(example).flatMap((text) => runsOf(text, length)))) {
      const owner = owners.get(run);
      // The same row twice is one example.
      if (owner === undefined) owners.set(run, example);
      else if (inputKey(owner.inputs) !== inputKey(example.inputs)) common.add(run);
    }
  }
  const ownerOf = new Map([...owners].map(([run, { id }]) => [run, id]));
  for (const run of common) ownerOf.delete(run);
  return { length, ownerOf };
}

/** All runs of that many words; also in scripts that write no spaces. */
function runsOf(text: string, length: number): readonly string[] {
  const words = lowerWords(text);
  return words.slice(length - 1).map((_, start) => words.slice(start, start + length).join(" "));
}

function lowerWords(text: string): readonly string[] {
  return wordsOf(text.toLowerCase());
}
