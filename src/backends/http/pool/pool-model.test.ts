import { afterEach, beforeEach, expect, test } from "vitest";
import type { PmpoError } from "../../../core/errors.ts";
import type { LanguageModel, ScoreRequest, Usage } from "../../../core/model.ts";
import { LANGUAGE_MODEL_CONTRACT } from "../../../testing/language-model-contract.ts";
import { createHttpModel } from "../connect.ts";
import { changing } from "../open-toy.test-support.ts";
import { type Fault, startToyServer, type ToyServer } from "../toy-server.test-support.ts";
import { createHttpPool, type HttpPoolOptions } from "./pool-model.ts";

let servers: readonly ToyServer[];

beforeEach(async () => {
  servers = await Promise.all([startToyServer(), startToyServer(), startToyServer()]);
});

afterEach(async () => {
  await Promise.all(servers.map((server) => server[Symbol.asyncDispose]()));
});

const WHO = { model: null, name: "toy", api: null, key: null } as const;
const dead: Fault = () => (response) => response.destroy();

function open(options: Partial<HttpPoolOptions> = {}): Promise<LanguageModel> {
  const urls = servers.map(({ url }) => url);
  return createHttpPool({ ...WHO, urls, patienceSeconds: 20, ...options });
}

const REQUESTS: readonly ScoreRequest[] = Array.from({ length: 100 }, (_, index) => ({
  id: `request ${index}`,
  context: Int32Array.of(100 + index, 101, 102),
  target: Int32Array.of(103 + (index % 9), 104),
}));

/** The numbers of all requests, and what they cost. */
async function scored(
  model: LanguageModel,
): Promise<{ readonly numbers: readonly number[]; readonly usage: readonly Usage[] }> {
  const usage: Usage[] = [];
  const results = await model.score(REQUESTS, { onUsage: (each) => usage.push(each) });
  return { numbers: results.flatMap(({ logProbs }) => [...logProbs]), usage };
}

const scoringsAt = ({ seen }: ToyServer): number =>
  seen.filter(({ body }) => JSON.stringify(body ?? {}).includes("prompt_logprobs")).length;

test("keeps the contract of every model", async () => {
  await using pool = await open();
  for (const contractCase of LANGUAGE_MODEL_CONTRACT) await contractCase.run(pool);
});

test("a call is shared among all endpoints, with the numbers of one alone", async () => {
  await using pool = await open();
  await using alone = await createHttpModel({ ...WHO, url: servers[0]?.url ?? "" });
  const before = servers.map(scoringsAt);
  const [together, single] = [await scored(pool), await scored(alone)];
  expect(together).toEqual(single);
  servers.slice(1).forEach((server, index) => {
    expect(scoringsAt(server)).toBeGreaterThan(before[index + 1] ?? Infinity);
  });
});

test("one of three that is killed in the middle of a call loses nothing and counts nothing twice", async () => {
  const told: string[] = [];
  await using pool = await open({ onEndpoint: (change) => told.push(change), batchTokens: 10 });
  const expected = await scored(pool);
  const [victim] = servers;
  let answers = 0;
  if (victim !== undefined) victim.fault = (...args) => (++answers > 3 ? dead(...args) : null);
  expect(await scored(pool)).toEqual(expected);
  expect(answers).toBeGreaterThan(3);
  expect(told).toEqual([expect.stringMatching(/it is left out, 2 of 3 endpoints go on$/)]);
  expect(told[0]).toContain(`${victim?.url}: POST /v1/completions got no answer`);
});

test("an endpoint that is away at the start, or comes back, is the same model to the cache", async () => {
  const [away, second, third] = servers as [ToyServer, ToyServer, ToyServer];
  const told: string[] = [];
  let isBack = (): void => {};
  const back = new Promise<void>((resolve) => {
    isBack = resolve;
  });
  away.fault = dead;
  await using some = await open({
    urls: [away.url, second.url],
    onEndpoint: (change) => {
      told.push(change);
      if (change.includes("is back")) isBack();
    },
  });
  await using others = await open({ urls: [third.url, second.url] });
  expect(some.identity).toEqual(others.identity);
  away.fault = null;
  await back;
  expect((await scored(some)).numbers).toEqual((await scored(others)).numbers);
  expect(told).toEqual([
    expect.stringMatching(/it is left out, 1 of 2 endpoints go on$/),
    `${away.url} is back, 2 of 2 endpoints go on`,
  ]);
});

const DIFFERENCES: readonly (readonly [string, Fault, RegExp])[] = [
  [
    "another model",
    changing("/v1/models", (reply: { data: { id: string }[] }) => {
      for (const model of reply.data) model.id = "other";
      return reply;
    }),
    /The model `other` does not exist/,
  ],
  [
    "another version",
    changing("/version", () => ({ version: "0.31.0" })),
    /it is vLLM 0\.31\.0, context 4096, not vLLM 0\.32\.0, context 4096/,
  ],
  [
    "a shorter context",
    changing("/v1/models", (reply: { data: { max_model_len: number }[] }) => {
      for (const model of reply.data) model.max_model_len = 2048;
      return reply;
    }),
    /context 2048, not/,
  ],
  [
    "another tokenizer",
    changing("/tokenize", (reply: { tokens: number[] }) => ({
      ...reply,
      tokens: reply.tokens.map((token) => (token === 42 ? 43 : token)),
    })),
    /cuts ".*" into other tokens/s,
  ],
  [
    "other numbers",
    changing("/v1/completions", (reply: { choices: { prompt_logprobs: unknown[] }[] }) => {
      for (const { prompt_logprobs } of reply.choices) {
        for (const entry of prompt_logprobs ?? []) {
          for (const one of Object.values((entry ?? {}) as Record<string, { logprob: number }>)) {
            one.logprob -= 0.06;
          }
        }
      }
      return reply;
    }),
    /log-probabilities of the same \d+ tokens differ by 0\.060 nats in the mean/,
  ],
];

test.each(DIFFERENCES)("an endpoint with %s is refused", async (_name, fault, message) => {
  const [first, second, third] = servers;
  if (third !== undefined) third.fault = fault;
  const error = await open().catch((reason: unknown) => reason as PmpoError);
  expect(error).toMatchObject({ kind: "model" });
  expect((error as PmpoError).message).toMatch(message);
  expect((error as PmpoError).message).toContain(`${third?.url}`);
  expect((error as PmpoError).message).not.toContain(`${second?.url}`);
  expect(first?.seen.length).toBeGreaterThan(0);
});

test("where no endpoint answers at the start, each is named with why", async () => {
  for (const server of servers) server.fault = dead;
  const error = await open().catch((reason: unknown) => reason as PmpoError);
  expect(error).toMatchObject({ kind: "model", code: "ENDPOINT_UNREACHABLE" });
  for (const { url } of servers) expect((error as PmpoError).message).toContain(url);
});

test("servers that are all still loading are waited for, and are then all there", async () => {
  const told: string[] = [];
  for (const server of servers) {
    let busy = 2;
    server.fault = () =>
      busy-- > 0 ? { status: 503, json: { error: { message: "Loading model" } } } : null;
  }
  await using pool = await open({
    onWait: (reason) => told.push(reason),
    onEndpoint: (change) => told.push(change),
  });
  expect((await scored(pool)).numbers).toHaveLength(200);
  expect(told).toEqual([expect.stringContaining("was answered with 503: Loading model")]);
});

test("servers that stay busy end the wait with the patience, each named", async () => {
  for (const server of servers) {
    server.fault = () => ({ status: 503, json: { error: { message: "Loading model" } } });
  }
  const error = await open({ patienceSeconds: 1 }).catch((reason: unknown) => reason as PmpoError);
  expect(error).toMatchObject({ code: "ENDPOINT_UNREACHABLE" });
  for (const { url } of servers) expect((error as PmpoError).message).toContain(url);
});

test("servers that only write are refused with what several of them are good for", async () => {
  const writing = await Promise.all([startToyServer("ollama"), startToyServer("ollama")]);
  const error = await open({ urls: writing.map(({ url }) => url) }).catch(
    (reason: unknown) => reason as PmpoError,
  );
  await Promise.all(writing.map((server) => server[Symbol.asyncDispose]()));
  expect(error).toMatchObject({
    code: "ENDPOINT_CANNOT_SCORE",
    message: expect.stringContaining("Ollama") as string,
    hint: expect.stringContaining("name one of them alone") as string,
  });
});

test("an abort ends a call at endpoints that hang", async () => {
  await using pool = await open();
  for (const server of servers) server.fault = () => () => {};
  const signal = AbortSignal.timeout(50);
  const error = await pool.score(REQUESTS, { signal }).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ kind: "interrupted" });
});
