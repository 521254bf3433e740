import {
  type GenerateRequest,
  type Generation,
  type LanguageModel,
  NO_USAGE,
  type ScoreRequest,
  type TokenIds,
  type TokenLogProbs,
} from "../../core/model.ts";
import { sentToScore, sentToWrite } from "../../core/sent.ts";
import { wrappedModel } from "../../core/wrapped-model.ts";
import { planGeneration } from "./generate.ts";
import type { GenerationSchedule } from "./generation-schedule.ts";
import { PrefixStore } from "./prefix-store.ts";
import { planScoring } from "./plan-scoring.ts";
import { sharesPrefixes } from "./sharing.ts";

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
  const { capabilities } = model;
  const { contextTokens, stepwise, charactersPerToken } = capabilities;
  const trunks = new TrunkMemory(capabilities.prefixMemoryTokens ?? Infinity);
  return wrappedModel(model, {
    score: (requests, options) => {
      if (requests.length === 0) return Promise.resolve([]);
      const requestedTokens = sum(
        requests,
        ({ context, target }) => context.length + target.length,
      );
      if (stepwise !== undefined || charactersPerToken !== undefined) {
        // What a server finds in its cache nobody knows before.
        const sent = sentToScore(requests, capabilities);
        const evaluatedTokens = sent.tokens;
        options?.onUsage?.({ ...NO_USAGE, calls: 1, requestedTokens, evaluatedTokens, sent });
        return Promise.resolve(supposed.score(requests));
      }
      const plan = planScoring(requests, contextTokens, sharesPrefixes(capabilities, requests));
      options?.onUsage?.({
        ...NO_USAGE,
        calls: 1,
        requestedTokens,
        evaluatedTokens:
          trunks.evaluated(plan.trunk) + sum(plan.groups, ({ tokens }) => tokens.length),
      });
      return Promise.resolve(supposed.score(requests));
    },
    generate: (requests, options) => {
      if (requests.length === 0) return Promise.resolve([]);
      const { trunk, schedule } = planGeneration(
        requests,
        contextTokens,
        sharesPrefixes(capabilities, requests),
      );
      const generations = supposed.generate(requests);
      const generatedTokens = sum(generations, ({ tokenCount }) => tokenCount);
      const sent =
        charactersPerToken === undefined ? undefined : sentToWrite(requests, capabilities);
      options?.onUsage?.({
        ...NO_USAGE,
        calls: 1,
        requestedTokens: sum(requests, ({ context }) => context.length) + generatedTokens,
        evaluatedTokens:
          sent === undefined
            ? trunks.evaluated(trunk) + written(schedule, generations)
            : sent.tokens + generatedTokens - generations.length,
        generatedTokens,
        ...(sent === undefined ? {} : { sent }),
      });
      return Promise.resolve(generations);
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  });
}

/** Tokens evaluated behind the trunk: prompts as they are begun, and answers but for their last tokens. */
function written(schedule: GenerationSchedule, answers: readonly Generation[]): number {
  const left = new Map<number, number>();
  let tokens = 0;
  for (;;) {
    tokens += left.size;
    const admission = schedule.admit();
    if (admission === null && left.size === 0) return tokens;
    tokens += admission?.tokens.length ?? 0;
    for (const { sequence, request } of admission?.starts ?? []) {
      left.set(sequence, Math.max(1, answers[request]?.tokenCount ?? 0));
    }
    for (const [sequence, count] of left) {
      left.set(sequence, count - 1);
      if (count > 1) continue;
      left.delete(sequence);
      schedule.finish(sequence);
    }
  }
}

/** Which trunks earlier calls would have left behind, where so many tokens of them are kept. */
class TrunkMemory {
  readonly #prefixes: PrefixStore<TokenIds>;

  constructor(tokens: number) {
    this.#prefixes = new PrefixStore(tokens);
  }

  /** Tokens of a trunk that are evaluated, after all that came before. */
  evaluated(trunk: TokenIds): number {
    const known = this.#prefixes.closest(trunk)?.length ?? 0;
    if (known < trunk.length) this.#prefixes.keep(trunk, trunk);
    return trunk.length - known;
  }
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
