import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { LanguageModel, ScoreRequest, Usage } from "../../../core/model.ts";
import { LANGUAGE_MODEL_CONTRACT } from "../../../testing/language-model-contract.ts";
import { createHttpPool } from "../pool/pool-model.ts";
import { changing, openToy, REQUESTS } from "../open-toy.test-support.ts";
import { type Fault, startToyServer, type ToyServer } from "../toy-server.test-support.ts";
import { columnFile } from "../toy-vllm-suffix.test-support.ts";

const PATH = "/inference/v1/generate";

interface SuffixReply {
  prompt_token_id_logprobs: string | null;
  prompt_token_ids: number[];
}

const suffix = (change: (reply: SuffixReply) => void): Fault =>
  changing(PATH, (reply: SuffixReply) => {
    change(reply);
    return reply;
  });

/** Where a model's scoring asks. */
async function pathsOfScoring(model: LanguageModel, server: ToyServer): Promise<readonly string[]> {
  const before = server.seen.length;
  await model.score(REQUESTS);
  return server.seen.slice(before).map(({ path }) => path);
}

const answering =
  (status: number): Fault =>
  ({ path }) =>
    path === PATH ? { status, json: { detail: "no" } } : null;

const FAULTS: readonly (readonly [string, Fault, RegExp])[] = [
  [
    "no log-probabilities, with and without its cache",
    suffix((reply) => {
      reply.prompt_token_id_logprobs = null;
    }),
    /first: there are no log-prob/,
  ],
  [
    "other bytes than numbers",
    suffix((reply) => {
      reply.prompt_token_id_logprobs = Buffer.from("no array at all").toString("base64");
    }),
    /no column of 32-bit numbers/,
  ],
  [
    "a row too few",
    suffix((reply) => {
      reply.prompt_token_id_logprobs = columnFile([-1]);
    }),
    /first: 2 tokens were to be scored, 1 log-prob/,
  ],
  [
    "minus infinity",
    suffix((reply) => {
      reply.prompt_token_id_logprobs = columnFile([-1, -Infinity]);
    }),
    /first: token 4 has -Infinity/,
  ],
  [
    "a number above 0",
    suffix((reply) => {
      reply.prompt_token_id_logprobs = columnFile([-1, 0.5]);
    }),
    /first: token 4 has 0.5/,
  ],
  [
    "other tokens",
    suffix((reply) => {
      reply.prompt_token_ids[1] = 7;
    }),
    /first: token 1 was sent as 101 and answered as 7/,
  ],
];

describe("vllm-suffix", () => {
  let server: ToyServer;
  let model: LanguageModel;

  beforeAll(async () => {
    server = await startToyServer("vllm", "on");
    model = await openToy(server, null);
  });
  beforeEach(() => {
    server.fault = null;
  });
  afterAll(async () => {
    await model[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });

  test("is spoken where vLLM offers it, and said", () => {
    expect(server.seen.some(({ path }) => path === PATH)).toBe(true);
    expect(model.capabilities).toMatchObject({ prefixSharing: true, chat: true });
  });

  test("is the model that vLLM's usual interface has, to caches and runs", async () => {
    await using usual = await openToy(server, "vllm");
    expect(model.identity).toEqual(usual.identity);
  });

  test("shares nothing that can be counted where the server does not say what it had", async () => {
    await using silent = await startToyServer("vllm", "on");
    silent.fault = changing(PATH, (reply: { usage: { prompt_tokens_details: unknown } }) => {
      reply.usage.prompt_tokens_details = null;
      return reply;
    });
    for (const api of [null, "vllm-suffix"] as const) {
      await using told = await openToy(silent, api);
      expect(told.capabilities.prefixSharing).toBe(false);
      expect(told.capabilities.prefixSharingNote).toContain("--enable-prompt-tokens-details");
    }
  });

  test("tells how to start a server that lacks it", async () => {
    await using lacking = await startToyServer("vllm", "off");
    await expect(openToy(lacking, "vllm-suffix")).rejects.toMatchObject({
      code: "ENDPOINT_REFUSED",
      hint: expect.stringContaining("--enable-scale-out") as string,
    });
  });

  test.each(FAULTS)("refuses an answer with %s", async (_name, fault, message) => {
    server.fault = fault;
    await expect(model.score(REQUESTS)).rejects.toMatchObject({
      code: "ENDPOINT_BAD_REPLY",
      message: expect.stringMatching(message) as string,
    });
  });

  test("gives the numbers of vLLM's usual interface, but for those of 32 bits", async () => {
    await using usual = await openToy(server, "vllm");
    const wanted = await usual.score(REQUESTS);
    const scored = await model.score(REQUESTS);
    expect(scored.map(({ logProbs }) => [...logProbs])).toEqual(
      wanted.map(({ logProbs }) => Array.from(logProbs, Math.fround)),
    );
  });

  test("reads the prompt from the cache, and asks once more where that holds the answer", async () => {
    const request: ScoreRequest = {
      id: "long",
      context: Int32Array.from({ length: 40 }, (_, index) => 20 + index),
      target: Int32Array.from({ length: 30 }, (_, index) => 100 + index),
    };
    const evaluated: number[] = [];
    const onUsage = (usage: Usage): void => void evaluated.push(usage.evaluatedTokens);
    const first = await model.score([request], { onUsage });
    // Another answer to the same prompt: two whole blocks of 16 are in the cache.
    const other = { ...request, target: Int32Array.of(9, 9) };
    await model.score([other], { onUsage });
    const sent = server.seen.length;
    expect(await model.score([request], { onUsage })).toEqual(first);
    expect(evaluated).toEqual([70, 10, 70]);
    const bodies = server.seen.slice(sent).map(({ body }) => body);
    expect(bodies).toMatchObject([
      { sampling_params: { prompt_logprob_start: 39, skip_reading_prefix_cache: false } },
      { sampling_params: { prompt_logprob_start: 39, skip_reading_prefix_cache: true } },
    ]);
  });

  // The last of them closes the model.
  test.each(LANGUAGE_MODEL_CONTRACT)("contract: $name", async (contractCase) => {
    await contractCase.run(model);
  });
});

test.each(["off", "first model runner"] as const)(
  "vLLM is scored as usual where its scale-out is: %s",
  async (scaleOut) => {
    await using server = await startToyServer("vllm", scaleOut);
    await using model = await openToy(server, null);
    expect(await pathsOfScoring(model, server)).toEqual(["/v1/completions"]);
    expect(model.capabilities.prefixSharing).toBe(false);
  },
);

test.each([404, 405, 422, 500, 501])(
  "vLLM is scored as usual where the other address answers %i",
  async (status) => {
    await using server = await startToyServer("vllm", "on");
    server.fault = answering(status);
    await using model = await openToy(server, null);
    expect(await pathsOfScoring(model, server)).toEqual(["/v1/completions"]);
  },
);

test("vLLM is scored as usual where the numbers for answers alone are others", async () => {
  await using server = await startToyServer("vllm", "on");
  server.fault = suffix((reply) => {
    reply.prompt_token_id_logprobs = columnFile(Array<number>(8).fill(-3));
  });
  await using model = await openToy(server, null);
  expect(await pathsOfScoring(model, server)).toEqual(["/v1/completions"]);
});

test("as many requests are under way as answers alone need, unless the user says how many", async () => {
  for (const [concurrency, most] of [
    [undefined, 40],
    [4, 4],
  ] as const) {
    await using server = await startToyServer("vllm", "on");
    let underWay = 0;
    let seen = 0;
    server.fault = ({ path }, honest) => {
      if (path !== PATH || typeof honest === "function" || !("json" in honest)) return null;
      seen = Math.max(seen, ++underWay);
      return (response) => {
        setTimeout(() => {
          underWay--;
          response.end(JSON.stringify(honest.json));
        }, 100);
      };
    };
    await using model = await openToy(server, null, concurrency);
    const requests = Array.from({ length: 40 }, (_, index) => ({
      id: `request ${index}`,
      context: Int32Array.of(20 + index, 21),
      target: Int32Array.of(22),
    }));
    await model.score(requests);
    expect(seen).toBe(most);
  }
});

test("several servers as one are scored for answers alone only where that is said", async () => {
  await using first = await startToyServer("vllm", "on");
  await using second = await startToyServer("vllm", "off");
  const urls = [first.url, second.url.replace("127.0.0.1", "localhost")];
  const options = { urls, model: null, name: "toy", key: null, patienceSeconds: 2 };
  await using pool = await createHttpPool({ ...options, api: null });
  await pool.score(REQUESTS);
  expect([...first.seen, ...second.seen].filter(({ path }) => path === PATH)).toEqual([]);
  await expect(createHttpPool({ ...options, api: "vllm-suffix" })).rejects.toMatchObject({
    hint: expect.stringContaining("--enable-scale-out") as string,
  });
});

test("several servers that have it are asked what they say of their caches", async () => {
  await using first = await startToyServer("vllm", "on");
  await using second = await startToyServer("vllm", "on");
  const urls = [first.url, second.url.replace("127.0.0.1", "localhost")];
  const options = { urls, model: null, name: "toy", key: null, patienceSeconds: 2 };
  await using pool = await createHttpPool({ ...options, api: "vllm-suffix" });
  expect(pool.capabilities.prefixSharing).toBe(true);
});
