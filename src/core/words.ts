const SEGMENTER = new Intl.Segmenter("en", { granularity: "word" });

/** The words of a text by Unicode's rules, also where none are written apart; punctuation is none. */
export function wordsOf(text: string): string[] {
  return [...SEGMENTER.segment(text)]
    .filter(({ isWordLike }) => isWordLike === true)
    .map(({ segment }) => segment);
}
