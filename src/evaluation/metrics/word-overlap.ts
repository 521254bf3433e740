import { folded } from "./wording.ts";

/** Scores an answer against a reference by the words they share, from 0 to 1. */
export type Overlap = (answer: string, reference: string) => number;

/** F1 of the words that both hold, in any order (ROUGE-1). */
export async function sharedWords(): Promise<Overlap> {
  const { n: rougeN } = await import("js-rouge");
  return overlap((a, b) => rougeN(a, b, { n: 1, tokenizer: words }));
}

/** F1 of the longest common subsequence of words (ROUGE-L). */
export async function sharedSequence(): Promise<Overlap> {
  const { l: rougeL } = await import("js-rouge");
  return overlap((a, b) => rougeL(a, b, { tokenizer: words }));
}

/** Texts without words are equal or wrong. */
function overlap(score: Overlap): Overlap {
  return (answer, reference) => {
    const [a, b] = [folded(answer), folded(reference)];
    return words(a).length === 0 || words(b).length === 0 ? Number(a === b) : score(a, b);
  };
}

const SEGMENTER = new Intl.Segmenter("en", { granularity: "word" });

/** Words by Unicode's rules, also where none are written apart; punctuation is none. */
function words(text: string): string[] {
  return [...SEGMENTER.segment(text)]
    .filter(({ isWordLike }) => isWordLike)
    .map(({ segment }) => segment);
}
