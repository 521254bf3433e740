import { modelError } from "../../core/errors.ts";
import type { TokenIds } from "../../core/model.ts";

/**
 * The start of what may be the name of a control token, and the whole of it as a group: `<|im_end|>`,
 * `</s>`, `[INST]`. Only the start is consumed, so that names inside others are found.
 */
const START_OF_NAME = /(?=(<[^<>\s]{1,80}>|\[[^[\]\s]{1,40}\]))./g;

/** A character that breaks up names, and its ids inside a text: at least one. */
export interface Break {
  readonly character: string;
  readonly ids: readonly number[];
}

/** All that may be names of control tokens, from every place of the text. */
export function likeNames(text: string): readonly string[] {
  return [...text.matchAll(START_OF_NAME)].map(([, name]) => name as string);
}

/** The text with a break behind the first character of every name. */
export function breakNames(
  text: string,
  isName: (name: string) => boolean,
  { character }: Break,
): string {
  return text.replace(START_OF_NAME, (first: string, name: string) =>
    isName(name) ? `${first}${character}` : first,
  );
}

/** Ids without those of the breaks, of which there must be `count`. */
export function withoutBreaks(ids: readonly number[], broken: Break, count: number): TokenIds {
  const kept: number[] = [];
  let found = 0;
  for (let place = 0; place < ids.length; place++) {
    if (broken.ids.every((id, offset) => ids[place + offset] === id)) {
      found++;
      place += broken.ids.length - 1;
    } else {
      kept.push(ids[place] as number);
    }
  }
  if (found === count) return Int32Array.from(kept);
  throw namesUnreadable();
}

/** The error of a text whose names of control tokens cannot be kept text. */
export function namesUnreadable(): Error {
  return modelError(
    "TOKENIZE_CONTROL_NAMES",
    "A text holds the name of a control token, and this tokenizer does not let it be read as text",
    { hint: "Remove names such as <|im_end|> from prompt and data." },
  );
}
