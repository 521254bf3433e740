import { wordsOf } from "../../core/words.ts";
import { folded } from "./wording.ts";

/** Scores an answer against a reference by the words they share, from 0 to 1. */
export type Overlap = (answer: string, reference: string) => number;

/** F1 of the words that both hold, in any order (ROUGE-1). */
export async function sharedWords(): Promise<Overlap> {
  const { n: rougeN } = await import("js-rouge");
  return overlap((a, b) => rougeN(a, b, { n: 1, tokenizer: wordsOf }));
}

/** F1 of the longest common subsequence of words (ROUGE-L). */
export async function sharedSequence(): Promise<Overlap> {
  const { l: rougeL } = await import("js-rouge");
  return overlap((a, b) => rougeL(a, b, { tokenizer: wordsOf }));
}

/** Texts without words are equal or wrong. */
function overlap(score: Overlap): Overlap {
  return (answer, reference) => {
    const [a, b] = [folded(answer), folded(reference)];
    return wordsOf(a).length === 0 || wordsOf(b).length === 0 ? Number(a === b) : score(a, b);
  };
}
