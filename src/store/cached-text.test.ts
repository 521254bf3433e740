import { expect, test } from "vitest";
import { addUsage, NO_USAGE, type Usage } from "../core/model.ts";
import type { TextModel, TextRequest } from "../core/text-model.ts";
import { cachedTextModel } from "./cached-text.ts";
import type { ScoreCache } from "./score-cache.ts";

function memoryCache(): ScoreCache {
  const values = new Map<string, Uint8Array>();
  return {
    get: (key) => values.get(key) ?? null,
    set: (key, value) => {
      values.set(key, value);
    },
    close: () => {},
  };
}

const request = (content: string, changes: Partial<TextRequest> = {}): TextRequest => ({
  id: content,
  prompt: { kind: "chat", messages: [{ role: "user", content }] },
  maxTokens: 10,
  sampling: { temperature: 1, topP: 1, topK: 0, minP: 0 },
  seed: 0,
  stop: [],
  ...changes,
});

/** A model whose text is its count of texts; it writes none for "too long" and fails at "fail". */
function countingModel(): TextModel & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    identity: { name: "", weights: "w", format: "", engine: "", template: "" },
    capabilities: { chat: true, plain: false, parameters: 1e9 },
    countTokens: (texts) => Promise.resolve(texts.map(({ length }) => length)),
    write: (requests, options) => {
      const texts = requests.map(({ id }) => {
        asked.push(id);
        if (id === "fail") throw new Error("no credit");
        return id === "too long"
          ? null
          : ({
              text: `text ${asked.length}`,
              tokenCount: 3,
              finish: "end",
              promptTokens: 5,
            } as const);
      });
      options?.onUsage?.({ ...NO_USAGE, calls: 1, requestedTokens: 8, cost: 2 });
      return Promise.resolve(texts);
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

async function usageOf(model: TextModel, requests: readonly TextRequest[]): Promise<Usage> {
  let usage = NO_USAGE;
  await model.write(requests, {
    onUsage: (more) => {
      usage = addUsage(usage, more);
    },
  });
  return usage;
}

test("a text is written and paid once, and counted every time", async () => {
  const model = countingModel();
  const cached = cachedTextModel(model, memoryCache());
  const first = await usageOf(cached, [request("a"), request("b")]);
  const again = await usageOf(cached, [request("b"), request("a"), request("c")]);
  expect(model.asked).toEqual(["a", "b", "c"]);
  expect([first.requestedTokens, first.cost]).toEqual([16, 4]);
  expect(again).toMatchObject({ requestedTokens: 24, cachedTokens: 16, cachedCalls: 2, cost: 2 });
  expect(await cached.write([request("b"), request("a")])).toMatchObject([
    { text: "text 2", promptTokens: 5 },
    { text: "text 1" },
  ]);
});

test("what is asked twice at once is written once", async () => {
  const model = countingModel();
  const cached = cachedTextModel(model, memoryCache());
  const texts = await cached.write([request("a"), request("b"), request("a", { id: "c" })]);
  expect(model.asked).toEqual(["a", "b"]);
  expect(texts[2]).toEqual(texts[0]);
});

test("what was written before a failure is kept", async () => {
  const model = countingModel();
  const cached = cachedTextModel(model, memoryCache());
  await expect(cached.write([request("a"), request("fail")])).rejects.toThrow("no credit");
  await cached.write([request("a")]);
  expect(model.asked).toEqual(["a", "fail"]);
});

test("another seed, limit or temperature is another text; another id is not", async () => {
  const model = countingModel();
  const cached = cachedTextModel(model, memoryCache());
  const sampling = { temperature: 0, topP: 1, topK: 0, minP: 0 };
  const requests = [{}, { seed: 1 }, { maxTokens: 11 }, { sampling }, { stop: ["x"] }, { id: "z" }];
  for (const changes of requests) await cached.write([request("a", changes)]);
  expect(model.asked).toHaveLength(5);
});

test("a request that does not fit is asked again", async () => {
  const model = countingModel();
  const cached = cachedTextModel(model, memoryCache());
  expect(await cached.write([request("too long")])).toEqual([null]);
  await cached.write([request("too long")]);
  expect(model.asked).toHaveLength(2);
});
