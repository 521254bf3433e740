/** A token that may come next, by its bytes; null where the server could not say them whole. */
export interface ListedToken {
  readonly bytes: Uint8Array | null;
  /** As the server writes it: empty, or a name, for control tokens. */
  readonly text: string;
  readonly logProb: number;
}

/** The likeliest next tokens, likeliest first: at least as likely as all that are not there. */
export type NextTokens = readonly ListedToken[];

/** One token of an answer. */
export interface Step {
  /** Of the text that is left, how many UTF-16 units it takes. */
  readonly length: number;
  /** Nats; a bound: the true number is this or lower. */
  readonly logProb: number;
  readonly isBounded: boolean;
}

/**
 * What a text goes on with: the longest listed token that it begins with, which is where usual
 * tokenizers cut it. Where none is listed, the next word has a bound, or the character of which a
 * half is listed: that cannot be gone on from.
 */
export function nextStep(listed: NextTokens, rest: string): Step {
  const whole = longest(fittingIn(listed, rest).filter(isWhole));
  if (whole !== null) {
    return { length: textLength(rest, whole), logProb: ceiled(whole.logProb), isBounded: false };
  }
  const half = longest(fittingIn(listed, rest));
  const length = half === null ? wordLength(rest) : textLength(rest, half);
  return { length, logProb: otherwiseAtMost(listed, rest), isBounded: true };
}

/**
 * How likely a text is at most that begins with none of the whole tokens listed: nats. It then
 * begins with a token that is not listed, or with half a character.
 */
export function otherwiseAtMost(listed: NextTokens, rest: string): number {
  const word = rest.slice(0, wordLength(rest));
  const isAscii = Buffer.byteLength(word) === word.length;
  const unsure = isAscii ? [] : listed.filter(({ bytes }) => bytes === null);
  const halves = fittingIn(listed, rest).filter((token) => !isWhole(token));
  const logProbs = [...halves, ...unsure].map(({ logProb }) => logProb);
  return ceiled(Math.max(unlistedBound(listed), ...logProbs));
}

/** UTF-16 units up to where usual tokenizers cut a text before they look for tokens. */
export function wordLength(rest: string): number {
  return WORD.exec(rest)?.[0].length ?? rest.length;
}

/** The end of a turn: the likeliest control token. Servers write it by its name, or as nothing. */
export function endOfTurn(listed: NextTokens): Step {
  const found = listed.find(
    ({ text, bytes }) => (text === "" && bytes?.length === 0) || CONTROL_NAME.test(text),
  );
  return endBy(found, listed);
}

/** The blank line behind a plain answer: one line break or both, whichever the server thinks likelier. */
export function endOfText(listed: NextTokens): Step {
  return endBy(fittingIn(listed, "\n\n")[0], listed);
}

function endBy(found: ListedToken | undefined, listed: NextTokens): Step {
  return found === undefined
    ? { length: 0, logProb: unlistedBound(listed), isBounded: true }
    : { length: 0, logProb: ceiled(found.logProb), isBounded: false };
}

const CONTROL_NAME = /^(<[|｜][^<>]+[|｜]>|<\/s>|<eos>|<end_of_turn>|<turn\|>|\[EOS\])$/;

/** What rounding may have taken from the sum of what is listed. */
const ROUNDING = 1e-6;

/** No token that is not listed is likelier than the last one that is, nor than all that is left together. */
export function unlistedBound(listed: NextTokens): number {
  const last = listed.at(-1);
  if (last === undefined) return 0;
  const sum = listed.reduce((total, { logProb }) => total + Math.exp(logProb), 0);
  return Math.min(0, last.logProb, Math.log(Math.max(0, 1 - sum) + ROUNDING));
}

function longest(tokens: NextTokens): ListedToken | null {
  return tokens.reduce<ListedToken | null>(
    (best, token) => (sizeOf(token) > (best === null ? 0 : sizeOf(best)) ? token : best),
    null,
  );
}

function sizeOf({ bytes }: ListedToken): number {
  return bytes?.length ?? 0;
}

function fittingIn(listed: NextTokens, rest: string): NextTokens {
  const bytes = Buffer.from(rest);
  return listed.filter((token) => isStart(token, bytes));
}

function isStart({ bytes }: ListedToken, text: Uint8Array): boolean {
  if (bytes === null || bytes.length === 0) return false;
  return bytes.every((byte, place) => byte === text[place]);
}

function isWhole({ bytes }: ListedToken): boolean {
  return bytes !== null && !Buffer.from(bytes).toString("utf8").includes("\uFFFD");
}

/** UTF-16 units at the start of a text that a token takes: of a half character, all. */
function textLength(text: string, token: ListedToken): number {
  let length = 0;
  for (const character of text) {
    if (Buffer.byteLength(text.slice(0, length)) >= sizeOf(token)) break;
    length += character.length;
  }
  return length;
}

/** Rounding may lift a certain token a little above 0. */
function ceiled(logProb: number): number {
  return Math.min(0, logProb);
}

/**
 * Where usual tokenizers cut before they look for tokens, by those that cut least: letters with one
 * sign before them, marks and contractions, signs with the line breaks behind them.
 */
const WORD =
  /^(?:[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+(?:['’](?:s|t|re|ve|m|ll|d))?| ?\p{N}+| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+)/iu;
