import { createHttpModel, createHttpPool, type LanguageModel } from "pmpo";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { VLLM_URL } from "./vllm-server.ts";

const WHO = { model: "smollm2", name: "smollm2", api: null, key: null } as const;
/** The same server under another name: as good as another one. */
const OTHER_NAME = VLLM_URL.replace("127.0.0.1", "localhost");
/** Nothing listens there. */
const NOBODY = "http://127.0.0.1:1234";

describe("a pool of two addresses that answer and one that does not", () => {
  const told: string[] = [];
  let pool: LanguageModel;
  let alone: LanguageModel;

  beforeAll(async () => {
    alone = await createHttpModel({ ...WHO, url: VLLM_URL });
    pool = await createHttpPool({
      ...WHO,
      urls: [VLLM_URL, OTHER_NAME, NOBODY],
      onEndpoint: (change) => told.push(change),
    });
  });

  afterAll(async () => {
    await pool[Symbol.asyncDispose]();
    await alone[Symbol.asyncDispose]();
  });

  test("goes on without the one, and says so", () => {
    expect(told[0]).toContain(`${NOBODY}: GET /v1/models`);
    expect(told[0]).toContain("it is left out, 2 of 3 endpoints go on");
  });

  test("encodes and scores as one server does", async () => {
    const requests = ["positive", "negative", "neither"].map((target) => ({
      prompt: { kind: "chat", messages: [{ role: "user", content: "I love this film" }] } as const,
      target,
    }));
    const encoded = await pool.encode(requests);
    expect(encoded).toEqual(await alone.encode(requests));
    const named = encoded.map((each, index) => ({ id: `answer ${index}`, ...each }));
    const [together, single] = [await pool.score(named), await alone.score(named)];
    const numbers = single.flatMap(({ logProbs }) => [...logProbs]);
    together
      .flatMap(({ logProbs }) => [...logProbs])
      .forEach((logProb, index) => expect(logProb).toBeCloseTo(numbers[index] ?? Number.NaN, 3));
  });
});
