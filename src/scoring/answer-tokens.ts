import type { AnswerToken } from "../core/answer-token.ts";
import type { LanguageModel } from "../core/model.ts";
import type { DetailedLoss } from "./score-candidate.ts";

/** A token of an answer with its id in the model's vocabulary. */
export interface ScoredToken extends AnswerToken {
  readonly token: number;
}

/**
 * The tokens of each scored answer, the one that ends it included, with their texts. Where
 * a model's ids are characters, those are put together that are one token of its server's.
 */
export async function answerTokens(
  model: LanguageModel,
  details: readonly DetailedLoss[],
): Promise<readonly (readonly ScoredToken[])[]> {
  const ids = [...new Set(details.flatMap(({ target }) => [...target]))];
  const texts = await model.tokenTexts(Int32Array.from(ids));
  const textOf = new Map(ids.map((token, index) => [token, texts[index] ?? ""]));
  return details.map(({ target, logProbs }) => {
    const tokens = [...target].map((token, index) => ({
      token,
      text: textOf.get(token) ?? "",
      logProb: logProbs[index] as number,
    }));
    return model.capabilities.charactersPerToken === undefined ? tokens : joined(tokens);
  });
}

/** A token's number stands at its first character, and the others have none. */
function joined(characters: readonly ScoredToken[]): readonly ScoredToken[] {
  const tokens: ScoredToken[] = [];
  for (const character of characters) {
    const last = tokens.at(-1);
    if (last === undefined || character.logProb !== 0) tokens.push(character);
    else tokens[tokens.length - 1] = { ...last, text: last.text + character.text };
  }
  return tokens;
}
