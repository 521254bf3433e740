import { splitIntoParts } from "../../analysis/parts.ts";

/** An instruction's sentences, in order. */
export function sentencesOf(instruction: string): readonly string[] {
  return splitIntoParts(instruction, Infinity).map(({ text }) => text);
}

/**
 * What two versions of an instruction changed, both done: the first version without the sentences
 * that the second left out, and with those that it added, in front of or behind what both kept.
 * Null where a version kept no sentence, so that there is nothing to merge into.
 */
export function mergeInstructions(base: string, first: string, second: string): string | null {
  const [old, one, other] = [base, first, second].map(sentencesOf) as [
    readonly string[],
    readonly string[],
    readonly string[],
  ];
  const kept = other.findIndex((sentence) => old.includes(sentence));
  if (kept < 0 || !one.some((sentence) => old.includes(sentence))) return null;
  const left = one.filter((sentence) => other.includes(sentence) || !old.includes(sentence));
  const isNew = (sentence: string): boolean => !old.includes(sentence) && !one.includes(sentence);
  const merged = [
    ...other.slice(0, kept).filter(isNew),
    ...left,
    ...other.slice(kept).filter(isNew),
  ].join(" ");
  return merged === first || merged === second || merged === "" ? null : merged;
}
