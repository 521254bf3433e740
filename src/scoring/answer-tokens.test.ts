import { expect, test } from "vitest";
import type { LanguageModel } from "../core/model.ts";
import { answerTokens } from "./answer-tokens.ts";
import type { DetailedLoss } from "./score-candidate.ts";

const END = 0;

/** A model whose ids are characters, and one that ends answers. */
const model = {
  capabilities: { charactersPerToken: 4 },
  tokenTexts: async (ids: Int32Array) =>
    [...ids].map((id) => (id === END ? "" : String.fromCodePoint(id))),
};

const estimated = (logProbs: readonly number[]): DetailedLoss => ({
  target: Int32Array.from([
    ...Array.from("Paris", (letter) => letter.codePointAt(0) as number),
    END,
  ]),
  logProbs: Float64Array.from(logProbs),
  loss: {
    exampleId: "a",
    loss: 1,
    crossEntropy: 1,
    targetTokens: 2,
    targetBytes: 5,
    promptTokens: 3,
    estimate: { tokens: 3, bounded: 0 },
  },
});

const textsOf = async (logProbs: readonly number[]): Promise<readonly string[]> => {
  const [tokens = []] = await answerTokens(model as unknown as LanguageModel, [
    estimated(logProbs),
  ]);
  return tokens.map(({ text }) => text);
};

test("of an estimate the characters are put together that were one token of the server's", async () => {
  expect(await textsOf([-1, 0, 0, -2, 0, -0.5])).toEqual(["Par", "is", ""]);
});
