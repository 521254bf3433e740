import type { LanguageModel } from "../core/model.ts";
import { pricedModel, pricedTextModel, type Prices } from "../core/prices.ts";
import { canScore, type TextModel } from "../core/text-model.ts";
import { cachedModel } from "../store/cached-model.ts";
import { cachedTextModel } from "../store/cached-text.ts";
import type { ScoreCache } from "../store/score-cache.ts";

/** A model at its price, asked nothing twice. The price goes under the cache: what is found there is not paid again. */
export function rememberedModel(
  model: LanguageModel,
  name: string,
  prices: Prices | null,
  cache: ScoreCache,
): LanguageModel {
  return cachedModel(pricedModel(model, name, prices), cache);
}

/** The same for a model that may only write. */
export function remembered(
  model: LanguageModel | TextModel,
  name: string,
  prices: Prices | null,
  cache: ScoreCache,
): LanguageModel | TextModel {
  return canScore(model)
    ? rememberedModel(model, name, prices, cache)
    : cachedTextModel(pricedTextModel(model, name, prices), cache);
}
