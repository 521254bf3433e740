import type { LanguageModel, Usage } from "./model.ts";
import { type TextModel, withTextUsage } from "./text-model.ts";
import { withUsage } from "./usage-meter.ts";

const MILLION = 1e6;
const SECONDS_PER_HOUR = 3600;

/** What a server bills for a million tokens. */
export interface TokenPrice {
  readonly input: number;
  /** For a prompt's beginning that an earlier request had too; null: as much as any other input. */
  readonly cachedInput: number | null;
  readonly output: number;
}

/** What work costs, in one currency. A model without a price costs nothing. */
export interface Prices {
  /** As amounts shall name it: `USD`, `€`. */
  readonly currency: string;
  /** By the name that the configuration gives a model. */
  readonly models: Readonly<Record<string, TokenPrice>>;
  /** For each hour of work. */
  readonly machineHour: number;
}

/** What a server bills for tokens: those of requests whole, and those it writes. */
export function billed(
  { input, cachedInput, output }: TokenPrice,
  { requestedTokens, evaluatedTokens, generatedTokens, sent: all }: Usage,
): number {
  const sent = all?.tokens ?? requestedTokens - generatedTokens;
  // Written tokens are evaluated too, each but the last of an answer.
  const repeated = cachedInput === null ? 0 : Math.max(0, sent + generatedTokens - evaluatedTokens);
  const once = Math.max(0, sent - repeated);
  // A request that asks what comes next has one token written, too.
  const written = generatedTokens > 0 ? generatedTokens : (all?.requests ?? 0);
  return (once * input + (sent - once) * (cachedInput ?? input) + written * output) / MILLION;
}

/** What the machine costs for so long. */
export function machineCost({ machineHour }: Prices, seconds: number): number {
  return (machineHour * seconds) / SECONDS_PER_HOUR;
}

/** The model, whose calls say what they cost; the model itself where the table has no price for it. */
export function pricedModel(
  model: LanguageModel,
  name: string,
  prices: Prices | null,
): LanguageModel {
  const price = prices?.models[name];
  if (price === undefined) return model;
  return withUsage(model, (usage) => ({ ...usage, cost: billed(price, usage) }));
}

/** The same for a model that only writes. */
export function pricedTextModel(model: TextModel, name: string, prices: Prices | null): TextModel {
  const price = prices?.models[name];
  if (price === undefined) return model;
  return withTextUsage(model, (usage) => ({ ...usage, cost: billed(price, usage) }));
}
