import { contextOverflow } from "../core/errors.ts";
import { type LanguageModel, NO_USAGE } from "../core/model.ts";

/** A model with a token for each character, whose loss on any answer is a function of the prompt's text alone. */
export function fakeModel(
  lossOf: (prompt: string) => number,
  contextTokens = 1_000_000,
): LanguageModel {
  return {
    identity: { name: "", weights: "", format: "", engine: "", template: "" },
    capabilities: {
      score: true,
      generate: false,
      chat: true,
      prefixSharing: true,
      contextTokens,
      parameters: 1,
    },
    encode: (requests) =>
      Promise.resolve(
        requests.map(({ prompt, target }) => ({
          context: Int32Array.from(
            prompt.kind === "text"
              ? prompt.text
              : prompt.messages.map(({ content }) => content).join("\n"),
            (character) => character.codePointAt(0) ?? 0,
          ),
          target: target === undefined ? Int32Array.of() : Int32Array.of(1),
        })),
      ),
    tokenTexts: () => Promise.resolve([]),
    score: async (requests, options) => {
      const requestedTokens = requests.reduce((sum, { context }) => sum + context.length, 0);
      options?.onUsage?.({ ...NO_USAGE, calls: 1, requestedTokens });
      return Promise.resolve(
        requests.map(({ id, context }) => {
          if (context.length >= contextTokens) {
            throw contextOverflow(id, context.length, 1, contextTokens);
          }
          return { logProbs: Float64Array.of(-lossOf(String.fromCodePoint(...context))) };
        }),
      );
    },
    generate: () => Promise.resolve([]),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}
