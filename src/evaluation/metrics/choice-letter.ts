/** A letter, bare or in brackets or quotation marks, and no part of a word. */
const LETTER = String.raw`[(["'“‘{<]?([A-Z])(?![\w'’]\w)[)\]"'”’}>]?(?!\w)`;
/** "A" before a word may be an article: it is none before these. */
const NO_ARTICLE = String.raw`(?!\s+(?!(?:because|since|as|is|was|and|or|not|for|but|with)\b)[a-z])`;
/** Small letters are letters with a bracket or where nothing follows; "a" and "i" are words too. */
const SMALL_LETTER = String.raw`(?:\(?([a-z])\)|([b-hj-z])(?![\w'’])|([ai])(?=[.!]?\s*$))`;
const ANNOUNCED = "(?:[Aa]nswer|ANSWER|[Oo]ption|OPTION|[Cc]hoice|CHOICE)";
const FITS = String.raw`(?=,|\s+(?:because|since|as)\b|\s+is\s+(?:the\s+)?(?:right|correct|best|true)\b)`;

/** Letters as people mark a choice, the surest way first; each takes the last of its kind. */
const LETTER_PATTERNS: readonly RegExp[] = [
  /^[([]?([A-Za-z])[)\]]?[.):]?$/g,
  /\\boxed\{\(?([A-Za-z])\)?\}/g,
  /<answer>\s*\(?([A-Za-z])\)?\s*<\/answer>/gi,
  new RegExp(String.raw`\b${ANNOUNCED}\s+is\s*:?\s*(?:[Oo]ption\s+)?${LETTER}`, "g"),
  new RegExp(String.raw`\b${ANNOUNCED}(?:\s+is)?\s*:\s*${LETTER}${NO_ARTICLE}`, "g"),
  new RegExp(String.raw`\b${ANNOUNCED}(?:\s+is\s*:?|\s*:)\s*(?:[Oo]ption\s+)?${SMALL_LETTER}`, "g"),
  // Alone on the first line or the last.
  /^\(?([A-Za-z])\)?[.):]?[^\S\n]*\n/g,
  /\n[^\S\n]*\(?([A-Z])\)?[.)]?$/g,
  // Before the answer itself: "B) Paris", "b. Paris", "A – Paris".
  /^[([]?([A-Za-z])(?:[\])]|[.:](?=\s))/g,
  /^([A-Z])\s[-–—]\s/g,
  new RegExp(`^([A-Z])${FITS}`, "g"),
  new RegExp(String.raw`(?<![\w'’])([A-Z])(?=\s+is\s+(?:the\s+)?(?:right|correct|best)\b)`, "g"),
  /\(([A-Z])\)/g,
  new RegExp(String.raw`\b(?:${ANNOUNCED}|[Cc]hoose|[Pp]ick)\s+${LETTER}`, "g"),
  new RegExp(String.raw`\b[Oo]ption\s+([b-hj-z])(?![\w'’])`, "g"),
  new RegExp(String.raw`\b(?:is|be|it's)\s+${LETTER}${NO_ARTICLE}`, "g"),
  // What stands alone, where it is no English word.
  /(?<![\w'’])([B-HJ-Z])(?![\w'’])/g,
  /(?<![\w'’])(A)(?=[.!]?$)/g,
];

/** The letter of the choice that a text names, in upper case; null without one. */
export function choiceLetter(text: string): string | null {
  const bare = text.replace(/[*_`]/g, "").trim();
  for (const pattern of LETTER_PATTERNS) {
    const found = [...bare.matchAll(pattern)].at(-1)?.slice(1).find(Boolean);
    if (found !== undefined) return found.toUpperCase();
  }
  return null;
}
