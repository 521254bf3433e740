import type { AnswerToken } from "../core/answer-token.ts";
import type { LanguageModel } from "../core/model.ts";
import type { DetailedLoss } from "./score-candidate.ts";

/** A token of an answer with its id in the model's vocabulary. */
export interface ScoredToken extends AnswerToken {
  readonly token: number;
}

/** The tokens of each scored answer, the one that ends it included, with their texts. */
export async function answerTokens(
  model: LanguageModel,
  details: readonly DetailedLoss[],
): Promise<readonly (readonly ScoredToken[])[]> {
  const ids = [...new Set(details.flatMap(({ target }) => [...target]))];
  const texts = await model.tokenTexts(Int32Array.from(ids));
  const textOf = new Map(ids.map((token, index) => [token, texts[index] ?? ""]));
  return details.map(({ target, logProbs }) =>
    [...target].map((token, index) => ({
      token,
      text: textOf.get(token) ?? "",
      logProb: logProbs[index] as number,
    })),
  );
}
