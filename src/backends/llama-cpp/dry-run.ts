import {
  type GenerateRequest,
  type Generation,
  type LanguageModel,
  NO_USAGE,
  type ScoreRequest,
  type TokenIds,
  type TokenLogProbs,
} from "../../core/model.ts";
import { planGeneration } from "./generate.ts";
import { PrefixStore } from "./prefix-store.ts";
import { planScoring } from "./score.ts";
import { sharedTrunk, type TrunkPlan } from "./trunk.ts";

/** What a dry run takes for a model's answers, in request order. */
export interface Suppositions {
  score(requests: readonly ScoreRequest[]): readonly TokenLogProbs[];
  generate(requests: readonly GenerateRequest[]): readonly Generation[];
}

/**
 * A model of the embedded engine that computes nothing: its tokenizer and its plans are real, so
 * that what calls cost is counted to the token; what it answers is supposed. Disposing it leaves
 * the model open.
 */
export function dryRun(model: LanguageModel, supposed: Suppositions): LanguageModel {
  const { contextTokens, prefixSharing } = model.capabilities;
  const trunks = new TrunkMemory();
  return {
    identity: model.identity,
    capabilities: model.capabilities,
    encode: (requests) => model.encode(requests),
    tokenTexts: (tokens) => model.tokenTexts(tokens),
    score: (requests, options) => {
      if (requests.length === 0) return Promise.resolve([]);
      const plan = planScoring(requests, contextTokens, prefixSharing);
      options?.onUsage?.({
        ...NO_USAGE,
        calls: 1,
        requestedTokens: sum(requests, ({ context, target }) => context.length + target.length),
        evaluatedTokens: trunks.evaluated(plan),
      });
      return Promise.resolve(supposed.score(requests));
    },
    generate: (requests, options) => {
      if (requests.length === 0) return Promise.resolve([]);
      const plan = planGeneration(requests, contextTokens, prefixSharing);
      const generations = supposed.generate(requests);
      const generatedTokens = sum(generations, ({ tokenCount }) => tokenCount);
      options?.onUsage?.({
        ...NO_USAGE,
        calls: 1,
        requestedTokens: sum(requests, ({ context }) => context.length) + generatedTokens,
        // The last token of an answer is drawn and never evaluated.
        evaluatedTokens: trunks.evaluated(plan) + generatedTokens - generations.length,
        generatedTokens,
      });
      return Promise.resolve(generations);
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/** Which trunks earlier calls would have left behind. */
class TrunkMemory {
  readonly #prefixes = new PrefixStore(Infinity);

  /** Tokens that a plan evaluates, after all that came before. */
  evaluated({ trunk, groups }: TrunkPlan): number {
    const known = this.#known(trunk);
    if (known < trunk.length) this.#prefixes.keep(trunk, new Uint8Array());
    return trunk.length - known + sum(groups, ({ tokens }) => tokens.length);
  }

  #known(trunk: TokenIds): number {
    const stored = this.#prefixes.closest(trunk);
    return stored === null ? 0 : sharedTrunk(stored.tokens, trunk);
  }
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
