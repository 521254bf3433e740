import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  type Generation,
  type GenerateRequest,
  type LanguageModel,
  type ModelIdentity,
  NO_USAGE,
  type ScoreRequest,
  type Usage,
} from "../core/model.ts";
import { cachedModel } from "./cached-model.ts";
import { openScoreCache, type ScoreCache } from "./score-cache.ts";

const IDENTITY: ModelIdentity = {
  name: "tiny",
  weights: "w",
  format: "f",
  engine: "e",
  template: "t",
};

const SAMPLING = { temperature: 0, topP: 1, topK: 0, minP: 0 };

const ids = (...tokens: number[]): Int32Array => Int32Array.from(tokens);

const score = (id: string, context: number[], target: number[]): ScoreRequest => ({
  id,
  context: ids(...context),
  target: ids(...target),
});

const generate = (id: string, context: number[]): GenerateRequest => ({
  id,
  context: ids(...context),
  maxTokens: 8,
  sampling: SAMPLING,
  seed: 1,
  stop: [],
});

interface CountingModel extends LanguageModel {
  readonly calls: string[];
}

/** A model whose answers depend on the whole call, like those of quantised kernels. */
function countingModel(identity = IDENTITY, texts = ["a\ud800\u0000é"]): CountingModel {
  const calls: string[] = [];
  return {
    calls,
    identity,
    capabilities: {
      score: true,
      generate: true,
      chat: false,
      prefixSharing: true,
      contextTokens: 64,
      parameters: 1,
    },
    encode: async (requests) => {
      calls.push("encode");
      return requests.map(() => ({ context: ids(1), target: ids(2) }));
    },
    tokenTexts: async (tokens) => {
      calls.push("tokenTexts");
      return [...tokens].map(String);
    },
    score: async (requests, options) => {
      calls.push("score");
      options?.onUsage?.({ ...NO_USAGE, calls: 1, requestedTokens: 10, evaluatedTokens: 7 });
      return requests.map(({ target }) => ({
        logProbs: Float64Array.from(target, (token) => -(token + requests.length) / 3),
      }));
    },
    generate: async (requests) => {
      calls.push("generate");
      return requests.map((_, index): Generation => ({
        text: texts[index % texts.length] ?? "",
        tokenCount: index + 2,
        finish: "stop",
      }));
    },
    [Symbol.asyncDispose]: async () => {
      calls.push("dispose");
    },
  };
}

/** The same bytes, off the 8-byte grid, as a database may return them. */
const shifted = (bytes: Uint8Array): Uint8Array => {
  const wider = new Uint8Array(bytes.length + 3);
  wider.set(bytes, 3);
  return wider.subarray(3);
};

let folder = "";
let cache: ScoreCache;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pmpo-cached-"));
  cache = openScoreCache(join(folder, "cache.sqlite"));
});

afterEach(() => {
  cache.close();
  rmSync(folder, { recursive: true });
});

describe("scoring through the cache", () => {
  const requests = [score("x", [1, 2, 3], [4]), score("y", [1, 2], [5, 6])];

  test("asks the model once, and repeats its answer bit for bit", async () => {
    const inner = countingModel();
    const model = cachedModel(inner, cache);
    const first = await model.score(requests);
    expect(await model.score(requests)).toEqual(first);
    expect(first).toEqual(await countingModel().score(requests));
    expect(inner.calls).toEqual(["score"]);
  });

  test("repeats what an estimate was made of", async () => {
    const inner = countingModel();
    const estimating: LanguageModel = {
      ...inner,
      score: async (all) =>
        (await inner.score(all)).map((result, index) => ({
          ...result,
          estimate: { tokens: index + 2, bounded: index },
        })),
    };
    const model = cachedModel(estimating, cache);
    const first = await model.score(requests);
    expect(first.map(({ estimate }) => estimate?.tokens)).toEqual([2, 3]);
    expect(await model.score(requests)).toEqual(first);
    expect(inner.calls).toEqual(["score"]);
  });

  test("reports the model's cost once, and then only cached tokens", async () => {
    const model = cachedModel(countingModel(), cache);
    const usages: Usage[] = [];
    const onUsage = (usage: Usage): number => usages.push(usage);
    await model.score(requests, { onUsage });
    await model.score(requests, { onUsage });
    expect(usages).toEqual([
      { ...NO_USAGE, calls: 1, requestedTokens: 10, evaluatedTokens: 7 },
      { ...NO_USAGE, calls: 1, cachedCalls: 1, requestedTokens: 8, cachedTokens: 8 },
    ]);
  });

  test("knows a call by its tokens, whatever the requests are called", async () => {
    const inner = countingModel();
    const model = cachedModel(inner, cache);
    await model.score(requests);
    await model.score(requests.map((request) => ({ ...request, id: "another" })));
    expect(inner.calls).toEqual(["score"]);
  });

  test("keeps calls of another make-up apart, though they share requests", async () => {
    const inner = countingModel();
    const model = cachedModel(inner, cache);
    const [both] = await model.score(requests);
    const [alone] = await model.score(requests.slice(0, 1));
    await model.score([...requests].reverse());
    expect(alone).not.toEqual(both);
    expect(inner.calls).toEqual(["score", "score", "score"]);
  });

  test("keeps models apart that differ in one field of their identity", async () => {
    const names: (keyof ModelIdentity)[] = ["weights", "format", "engine", "template"];
    for (const identity of [
      IDENTITY,
      ...names.map((name) => ({ ...IDENTITY, [name]: `${IDENTITY[name]}2` })),
    ]) {
      const inner = countingModel(identity);
      await cachedModel(inner, cache).score(requests);
      expect(inner.calls).toEqual(["score"]);
    }
  });

  test("knows the same weights under another name", async () => {
    await cachedModel(countingModel(IDENTITY), cache).score(requests);
    const moved = countingModel({ ...IDENTITY, name: "elsewhere/tiny.gguf" });
    await cachedModel(moved, cache).score(requests);
    expect(moved.calls).toEqual([]);
  });

  test("stores nothing of a call that failed", async () => {
    const inner = countingModel();
    const failing: LanguageModel = {
      ...inner,
      score: async () => Promise.reject(new Error("out of memory")),
    };
    await expect(cachedModel(failing, cache).score(requests)).rejects.toThrow("out of memory");
    await cachedModel(inner, cache).score(requests);
    expect(inner.calls).toEqual(["score"]);
  });

  test("asks again where the stored bytes do not fit the call", async () => {
    const inner = countingModel();
    const model = cachedModel(inner, {
      ...cache,
      get: (key) => cache.get(key)?.subarray(0, 8) ?? null,
    });
    await model.score(requests);
    await model.score(requests);
    expect(inner.calls).toEqual(["score", "score"]);
  });

  test("stops at Ctrl-C even where every answer is known", async () => {
    const model = cachedModel(countingModel(), cache);
    await model.score(requests);
    const signal = AbortSignal.abort(new Error("interrupted"));
    await expect(model.score(requests, { signal })).rejects.toThrow("interrupted");
  });

  const logProb = fc.double({ max: 0, noNaN: true });
  test("round trip keeps every bit of any log-probabilities", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(logProb, { minLength: 1 }), { minLength: 1 }),
        async (lists) => {
          const answers = lists.map((list) => ({ logProbs: Float64Array.from(list) }));
          const stored = new Map<string, Uint8Array>();
          const memory: ScoreCache = {
            get: (key) => stored.get(key) ?? null,
            set: (key, value) => stored.set(key, shifted(value)),
            close: () => {},
          };
          const model = cachedModel({ ...countingModel(), score: async () => answers }, memory);
          const asked = lists.map((list) =>
            score(
              "x",
              [1],
              list.map((_, index) => index),
            ),
          );
          await model.score(asked);
          expect(stored.size).toBe(1);
          const repeated = await model.score(asked);
          for (const [index, { logProbs }] of repeated.entries()) {
            const expected = answers[index]?.logProbs ?? new Float64Array();
            expect([...new BigInt64Array(logProbs.buffer)]).toEqual([
              ...new BigInt64Array(expected.buffer),
            ]);
          }
        },
      ),
    );
  });
});

describe("generating through the cache", () => {
  test("repeats texts of any kind exactly, and counts what was written", async () => {
    const inner = countingModel(IDENTITY, ["a\ud800\u0000é", "", "日本\n"]);
    const model = cachedModel(inner, cache);
    const requests = [generate("x", [1, 2]), generate("y", [3]), generate("z", [4])];
    const first = await model.generate(requests);
    const usages: Usage[] = [];
    const onUsage = (usage: Usage): number => usages.push(usage);
    expect(await model.generate(requests, { onUsage })).toEqual(first);
    expect(inner.calls).toEqual(["generate"]);
    expect(usages).toEqual([
      { ...NO_USAGE, calls: 1, cachedCalls: 1, requestedTokens: 13, cachedTokens: 13 },
    ]);
  });

  test("is no scoring of the same tokens", async () => {
    const inner = countingModel();
    const model = cachedModel(inner, cache);
    await model.generate([generate("x", [1])]);
    await model.score([score("x", [1], [8])]);
    expect(inner.calls).toEqual(["generate", "score"]);
  });
});

test("everything else goes to the model, and the cache outlives it", async () => {
  const inner = countingModel();
  {
    await using model = cachedModel(inner, cache);
    expect(model.identity).toBe(inner.identity);
    expect(model.capabilities).toBe(inner.capabilities);
    await model.encode([]);
    expect(await model.tokenTexts(ids(7))).toEqual(["7"]);
  }
  expect(inner.calls).toEqual(["encode", "tokenTexts", "dispose"]);
  cache.set("still", Uint8Array.of(1));
  expect(cache.get("still")).not.toBeNull();
});
