import type { TokenIds } from "../../core/model.ts";

/** Tokenizes many texts at once; nothing in them is read as a control token. */
export type Tokenize = (texts: readonly string[]) => Promise<readonly TokenIds[]>;

/** The ids of texts by where they stand. */
export interface TextTokens {
  /** At the start of a text or behind a control token. */
  start(text: string): TokenIds;
  /** Behind other text. */
  continuing(text: string): TokenIds;
}

/** Tokenizes texts for the places in which each will stand. */
export type TextTokenizer = (
  start: readonly string[],
  continuing: readonly string[],
) => Promise<TextTokens>;

/** A control character that no tokenizer joins with what follows it. */
const ANCHOR = "\u0001";
const LETTER = "a";

/**
 * Some tokenizers (SentencePiece with a space prefix) put a space in front of every text, which is
 * wrong behind other text: there the text is tokenized behind an anchor, whose ids are taken off.
 */
export function createTextTokenizer(tokenize: Tokenize): TextTokenizer {
  let anchorLength: Promise<number> | undefined;
  return async (start, continuing) => {
    anchorLength ??= neededAnchor(tokenize);
    const length = await anchorLength;
    const anchored = (text: string): string => (length === 0 ? text : ANCHOR + text);
    const texts = [...new Set([...start, ...continuing.map(anchored)])];
    const ids = await tokenize(texts);
    const idsOf = new Map(texts.map((text, index) => [text, ids[index] as TokenIds]));
    return {
      start: (text) => idsOf.get(text) as TokenIds,
      continuing: (text) => (idsOf.get(anchored(text)) as TokenIds).slice(length),
    };
  };
}

/** How many ids the anchor has; 0 where a text has the same ids in both places. */
async function neededAnchor(tokenize: Tokenize): Promise<number> {
  const [anchor = [], letter = [], both = []] = await tokenize([ANCHOR, LETTER, ANCHOR + LETTER]);
  return [...anchor, ...letter].join() === [...both].join() ? 0 : anchor.length;
}
