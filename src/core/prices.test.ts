import { expect, test } from "vitest";
import { type LanguageModel, NO_USAGE, type Usage } from "./model.ts";
import { billed, machineCost, pricedModel } from "./prices.ts";

/** 1,000 tokens sent, of which 400 were evaluated, and 100 written. */
const USAGE: Usage = {
  ...NO_USAGE,
  calls: 1,
  requestedTokens: 1_100,
  evaluatedTokens: 500,
  generatedTokens: 100,
};

test("requests are billed whole, and what is written at its own price", () => {
  const price = { input: 2, cachedInput: null, output: 10 };
  expect(billed(price, USAGE)).toBeCloseTo((1_000 * 2 + 100 * 10) / 1e6, 15);
});

test("beginnings that were sent before are billed at the cached price, where there is one", () => {
  const price = { input: 2, cachedInput: 0.5, output: 10 };
  expect(billed(price, USAGE)).toBeCloseTo((400 * 2 + 600 * 0.5 + 100 * 10) / 1e6, 15);
});

test("of what is asked token by token all that was sent is billed", () => {
  const usage = { ...USAGE, evaluatedTokens: 4_100, sent: { requests: 9, tokens: 9_000 } };
  const price = { input: 2, cachedInput: null, output: 10 };
  expect(billed(price, usage)).toBeCloseTo((9_000 * 2 + 100 * 10) / 1e6, 15);
  const cheaper = { ...price, cachedInput: 0.5 };
  expect(billed(cheaper, usage)).toBeCloseTo((4_000 * 2 + 5_000 * 0.5 + 100 * 10) / 1e6, 15);
});

test("what is asked token by token has a token written in each request", () => {
  const sent = { requests: 9, tokens: 9_000 };
  const usage = { ...NO_USAGE, requestedTokens: 1_000, evaluatedTokens: 9_000, sent };
  const price = { input: 2, cachedInput: null, output: 10 };
  expect(billed(price, usage)).toBeCloseTo((9_000 * 2 + 9 * 10) / 1e6, 15);
});

test("an hour's price is paid by the second", () => {
  expect(machineCost({ currency: "EUR", models: {}, machineHour: 0.36 }, 100)).toBeCloseTo(
    0.01,
    15,
  );
});

const model: LanguageModel = {
  identity: { name: "m", weights: "", format: "", engine: "", template: "" },
  capabilities: {
    score: true,
    generate: true,
    chat: true,
    prefixSharing: true,
    contextTokens: 100,
    parameters: 1,
  },
  encode: () => Promise.resolve([]),
  tokenTexts: () => Promise.resolve([]),
  score: (_requests, options) => {
    options?.onUsage?.(USAGE);
    return Promise.resolve([]);
  },
  generate: () => Promise.resolve([]),
  [Symbol.asyncDispose]: () => Promise.resolve(),
};

async function costOfScoring(name: string): Promise<number | undefined> {
  const models = { paid: { input: 1, cachedInput: null, output: 1 } };
  const priced = pricedModel(model, name, { currency: "USD", models, machineHour: 0 });
  const costs: (number | undefined)[] = [];
  await priced.score([], { onUsage: ({ cost }) => costs.push(cost) });
  return costs[0];
}

test("calls of a model with a price say what they cost, those of others say nothing", async () => {
  expect(await costOfScoring("paid")).toBeCloseTo(0.0011, 15);
  expect(await costOfScoring("local")).toBeUndefined();
});
