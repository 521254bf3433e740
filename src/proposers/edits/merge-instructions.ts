import { type Part, replaceParts, splitIntoParts } from "../../analysis/parts.ts";

/** An instruction, and where its sentences stand. */
export interface Sentences {
  readonly text: string;
  readonly parts: readonly Part[];
}

/** Cuts an instruction into sentences. */
export function sentencesOf(text: string): Sentences {
  return { text, parts: splitIntoParts(text, Infinity) };
}

/**
 * What two versions of an instruction changed, both done: the first version without the sentences
 * that the second left out, and with what the second wrote in front of and behind those it kept.
 * Null where that is nothing new or cannot be told: a version kept no sentence or wrote between
 * those it kept, or both wrote the same sentence or something in place of the same one.
 */
export function mergeInstructions(
  base: Sentences,
  first: Sentences,
  second: Sentences,
): string | null {
  const [one, other] = [changeOf(base, first), changeOf(base, second)];
  if (one === null || other === null) return null;
  if (first.parts.some(({ text }) => other.added.includes(text))) return null;
  const replaceTheSame = other.left.some((sentence) => one.left.includes(sentence));
  if (replaceTheSame && one.added.length > 0 && other.added.length > 0) return null;
  const removed = first.parts.filter(({ text }) => other.left.includes(text));
  const shortened =
    removed.length === 0
      ? first.text
      : replaceParts(
          first.text,
          removed.map((part) => ({ ...part, replacement: "" })),
        );
  const merged = `${other.before}${shortened}${other.behind}`;
  const isNew = ![base, first, second].some((known) => sameSentences(merged, known));
  return shortened === "" || !isNew ? null : merged;
}

/** How a version differs from what it was made of. */
interface Change {
  /** Texts of sentences. */
  readonly left: readonly string[];
  readonly added: readonly string[];
  /** With the blanks towards the sentences between. */
  readonly before: string;
  readonly behind: string;
}

function changeOf(base: Sentences, { text, parts }: Sentences): Change | null {
  const old = new Set(base.parts.map((part) => part.text));
  const isKept = (part: Part): boolean => old.has(part.text);
  const [first, last] = [parts.findIndex(isKept), parts.findLastIndex(isKept)];
  if (first < 0 || !parts.slice(first, last).every(isKept)) return null;
  const kept = new Set(parts.map((part) => part.text));
  return {
    left: base.parts.map((part) => part.text).filter((sentence) => !kept.has(sentence)),
    added: parts.filter((part) => !isKept(part)).map((part) => part.text),
    before: text.slice(0, (parts[first] as Part).start),
    behind: text.slice((parts[last] as Part).end),
  };
}

function sameSentences(text: string, { parts }: Sentences): boolean {
  const wordsOf = (all: readonly Part[]): string => all.map((part) => part.text).join("\n");
  return wordsOf(sentencesOf(text).parts) === wordsOf(parts);
}
