import { modelError, type PmpoError } from "../../../core/errors.ts";
import type { ScoreRequest, TokenIds, TokenLogProbs } from "../../../core/model.ts";
import { characterTexts, END } from "../characters/vocabulary.ts";
import { targetLogProbs } from "../check-reply.ts";
import { ReplyProblem } from "../scoring-api.ts";
import { type EchoedText, NEXT_LINE } from "./text-api.ts";

/**
 * The answer's numbers out of those of the whole text, at the first characters of its tokens. Refuses
 * an answer behind which the prompt is cut otherwise than alone.
 */
export function cutAnswer(
  { id, target }: Pick<ScoreRequest, "id" | "target">,
  contextIds: readonly number[],
  { ids, texts, logProbs }: EchoedText,
): TokenLogProbs {
  if ((texts ?? ids).length !== ids.length || logProbs.length !== ids.length) {
    throw new ReplyProblem(
      `${id}: the text has ${ids.length} tokens, ${logProbs.length} log-probabilities came back`,
      "A server that adds or drops tokens cannot score.",
    );
  }
  const isJoined = contextIds.some((token, place) => token !== ids[place]);
  if (isJoined || ids.length <= contextIds.length) {
    throw notApart(
      `${id}: the server joins the end of the prompt and the beginning of the answer into one token`,
      "Let the prompt end behind a word or a sign, and the answer begin with a space or on a line of its own. Servers that take token ids need not care.",
    );
  }
  if (contextIds.length < 2 && logProbs[contextIds.length] === null) {
    throw notApart(
      `${id}: the prompt is empty`,
      "This server says nothing of a text's first token: a prompt needs a word.",
    );
  }
  const answer = {
    id,
    context: Int32Array.from(contextIds),
    target: Int32Array.from(ids.slice(contextIds.length)),
  };
  const numbers = [...targetLogProbs(answer, logProbs).logProbs];
  const own = texts?.slice(contextIds.length) ?? null;
  const placed = own === null ? spread(numbers, target) : atTokens(id, numbers, own, target);
  const results = new Float64Array(target.length);
  for (const [place, logProb] of placed) {
    // 0 says that a character belongs to the token before it.
    results[place] = (results[place] ?? 0) + Math.min(-Number.EPSILON, logProb);
  }
  return { logProbs: results };
}

/** A character of the answer, and the number of a token that begins there. */
type Placed = readonly [place: number, logProb: number];

/** Where tokens have no texts, one at each character from the first on. */
function spread(numbers: readonly number[], target: TokenIds): readonly Placed[] {
  return numbers.map((logProb, index) => [Math.min(index, target.length - 1), logProb]);
}

/** Each token where its text begins; pieces of characters, which have none, at the next place. */
function atTokens(
  id: string,
  numbers: readonly number[],
  texts: readonly string[],
  target: TokenIds,
): readonly Placed[] {
  const hasEnd = target.at(-1) === END;
  const characters = characterTexts(hasEnd ? target.slice(0, -1) : target);
  const placeOf = characters.flatMap((character, place) =>
    Array.from<number>({ length: character.length }).fill(place),
  );
  const text = characters.join("");
  const { answerTokens, endToken } = hasEnd
    ? endOf(id, texts)
    : { answerTokens: texts.length, endToken: null };
  let said = 0;
  const placed = texts.slice(0, answerTokens).map((each, index): Placed => {
    const start = each === "" ? -1 : text.indexOf(each.slice(0, text.length - said), said);
    const at = start < 0 ? said : start;
    if (start >= 0) said = start + each.length;
    return [placeOf[at] ?? Math.max(0, characters.length - 1), numbers[index] as number];
  });
  return endToken === null ? placed : [...placed, [target.length - 1, numbers[endToken] as number]];
}

/**
 * Which token ends the answer: the first of the blank line that was sent behind it. It may be part of
 * the answer's last token. What stands behind it says nothing of the answer.
 */
function endOf(
  id: string,
  texts: readonly string[],
): { readonly answerTokens: number; readonly endToken: number | null } {
  let behind = "";
  for (let token = texts.length - 1; token >= 0; token--) {
    behind = `${texts[token]}${behind}`;
    if (behind === NEXT_LINE) return { answerTokens: token, endToken: token };
    if (behind.length > NEXT_LINE.length && behind.endsWith(NEXT_LINE)) {
      return { answerTokens: token + 1, endToken: null };
    }
  }
  throw notApart(
    `${id}: the blank line behind the answer is not among the tokens that came back`,
    "The server writes it otherwise than it was sent: it cannot say how likely an answer's end is.",
  );
}

/** What is true of a prompt and its answer, and not of the server: another prompt may do. */
function notApart(message: string, hint: string): PmpoError {
  return modelError("ANSWER_NOT_APART", message, { hint });
}
