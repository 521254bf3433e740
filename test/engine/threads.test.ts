import { afterAll, beforeAll, expect, test } from "vitest";
import { built } from "../built.ts";
import { smollm2 } from "../model.ts";

interface Client extends AsyncDisposable {
  call(name: string, argument: unknown): Promise<unknown>;
}

interface Scored {
  readonly results: readonly { readonly logProbs: Float64Array }[];
}

let client: Client;

beforeAll(async () => {
  const path = await smollm2("f16");
  const { WorkerClient } = (await built("backends/llama-cpp/worker-client.js")) as {
    readonly WorkerClient: new () => Client;
  };
  client = new WorkerClient();
  await client.call("load", { path, threads: 2, gpu: "off", contextTokens: 512, mapWeights: true });
});

afterAll(() => client[Symbol.asyncDispose]());

const ids = (...tokens: number[]): Int32Array => Int32Array.from(tokens);

async function score(): Promise<readonly number[]> {
  const request = { id: "r", context: ids(1, 504, 3575), target: ids(282, 4649, 314) };
  const { results } = (await client.call("score", [request])) as Scored;
  return [...(results[0]?.logProbs ?? [])];
}

test("a thread count is measured and taken, and the model says what it said before", async () => {
  const before = await score();
  expect([1, 2]).toContain(await client.call("chooseThreads", [2, 1]));
  const after = await score();
  expect(after).toHaveLength(3);
  after.forEach((logProb, index) => expect(logProb).toBeCloseTo(before[index] as number, 2));
});

test("where there is one count only it is that", async () => {
  expect(await client.call("chooseThreads", [2])).toBe(2);
});
