import { type Part, splitIntoParts } from "./parts.ts";

/** How finely a prompt is cut. */
export type Unit = "sentence" | "phrase" | "word";

/** Cuts a prompt by line and sentence; its sentences at commas, colons, brackets and dashes; or at blanks. */
export function cutInto(prompt: string, unit: Unit): readonly Part[] {
  const sentences = splitIntoParts(prompt, Infinity);
  switch (unit) {
    case "sentence":
      return sentences;
    case "phrase":
      return sentences.flatMap((sentence) => cutAt(sentence, PHRASE_GAP));
    case "word":
      return sentences.flatMap((sentence) => cutAt(sentence, /\s+/g));
  }
}

/** Blanks behind a mark, or in front of an opening bracket or a dash that stands alone. */
const PHRASE_GAP = /(?<=[,;:)])\s+|\s+(?=[(–—]|-\s)/g;

function cutAt({ text, start }: Part, gap: RegExp): readonly Part[] {
  const gaps = [...text.matchAll(gap)];
  const starts = [0, ...gaps.map((match) => match.index + match[0].length)];
  const ends = [...gaps.map(({ index }) => index), text.length];
  return starts.map((first, place) => {
    const last = ends[place] as number;
    return { text: text.slice(first, last), start: start + first, end: start + last };
  });
}
