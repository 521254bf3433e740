import type { LanguageModel } from "./model.ts";

/** The model with some of it changed: a model's methods may need the model they belong to, so it cannot be spread. */
export function wrappedModel(model: LanguageModel, changes: Partial<LanguageModel>): LanguageModel {
  return {
    identity: model.identity,
    capabilities: model.capabilities,
    encode: (requests) => model.encode(requests),
    tokenTexts: (tokens) => model.tokenTexts(tokens),
    score: (requests, options) => model.score(requests, options),
    generate: (requests, options) => model.generate(requests, options),
    [Symbol.asyncDispose]: () => model[Symbol.asyncDispose](),
    ...changes,
  };
}
