import { fileURLToPath } from "node:url";
import { createHttpModel, type LanguageModel, type ScoreRequest } from "pmpo";
import { SCORING_CASES } from "pmpo/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startVllm, stopVllm, VLLM_URL } from "./vllm-server.ts";

/** vLLM's second model runner needs Triton, whose kernels NumPy can run where there is no GPU. */
const SECOND_RUNNER = {
  VLLM_USE_V2_MODEL_RUNNER: "1",
  TRITON_INTERPRET: "1",
  PYTHONPATH: fileURLToPath(new URL("interpreted-triton", import.meta.url)),
};

const WHO = { url: VLLM_URL, model: null, name: "smollm2", api: null, key: null } as const;

/** Blocks of the server's cache on a processor. */
const BLOCK_TOKENS = 128;
const CONTEXT_TOKENS = BLOCK_TOKENS - 3;

/** Asked again, a block is in the cache that ends within the first target. */
async function requestsFor(model: LanguageModel): Promise<readonly ScoreRequest[]> {
  const text = "Grass is green in early summer, and brown in a dry August. ".repeat(20);
  const [encoded] = await model.encode([{ prompt: { kind: "text", text } }]);
  const tokens = encoded?.context ?? new Int32Array();
  return [8, 3].map((count) => ({
    id: `${count} tokens`,
    context: tokens.slice(0, CONTEXT_TOKENS),
    target: tokens.slice(CONTEXT_TOKENS, CONTEXT_TOKENS + count),
  }));
}

describe("vLLM that scores answers alone", () => {
  let model: LanguageModel;
  let requests: readonly ScoreRequest[];
  let expected: readonly number[];

  const numbersOf = async (of: LanguageModel): Promise<readonly number[]> =>
    (await of.score(requests)).flatMap(({ logProbs }) => [...logProbs]);

  beforeAll(async () => {
    await using usual = await createHttpModel(WHO);
    requests = await requestsFor(usual);
    expected = await numbersOf(usual);
    await stopVllm();
    await startVllm(SECOND_RUNNER);
    model = await createHttpModel(WHO);
  });

  afterAll(async () => {
    await model[Symbol.asyncDispose]();
    await stopVllm();
    await startVllm();
  });

  test("is found out", () => {
    expect(model.capabilities.prefixSharingNote).toContain("from its cache");
  });

  test("gives the numbers of whole prompts, from its cache and past it", async () => {
    expect(await requestsFor(model)).toEqual(requests);
    for (const numbers of [await numbersOf(model), await numbersOf(model)]) {
      numbers.forEach((logProb, index) =>
        expect(logProb).toBeCloseTo(expected[index] ?? Number.NaN, 3),
      );
    }
  });

  // It writes through the interface that the other live tests write through.
  test.each(SCORING_CASES)("contract: $name", async (contractCase) => {
    await contractCase.run(model);
  });
});
