import type { RenderedPrompt } from "../../core/candidate.ts";
import { type GenerateRequest, type Generation, NO_USAGE } from "../../core/model.ts";
import type { TextModel } from "../../core/text-model.ts";

/** What a model that only writes is supposed to write, in request order. */
export interface SupposedTexts {
  generate(requests: readonly Pick<GenerateRequest, "id" | "maxTokens">[]): readonly Generation[];
}

/** A model that writes what is supposed and asks nobody; what prompts cost is the model's guess. */
export function dryText(model: TextModel, supposed: SupposedTexts): TextModel {
  return {
    identity: model.identity,
    capabilities: model.capabilities,
    countTokens: (texts) => model.countTokens(texts),
    write: async (requests, options) => {
      const counts = await model.countTokens(requests.map(({ prompt }) => textOf(prompt)));
      const texts = supposed
        .generate(requests)
        .map((text, index) => ({ ...text, promptTokens: counts[index] ?? 0 }));
      const requestedTokens = sum(texts, (text) => text.promptTokens + text.tokenCount);
      options?.onUsage?.({
        ...NO_USAGE,
        calls: requests.length,
        requestedTokens,
        evaluatedTokens: requestedTokens,
        generatedTokens: sum(texts, ({ tokenCount }) => tokenCount),
      });
      return texts;
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

function textOf(prompt: RenderedPrompt): string {
  return prompt.kind === "text"
    ? prompt.text
    : prompt.messages.map(({ content }) => content).join("\n");
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
