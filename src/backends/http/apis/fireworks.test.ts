import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { LanguageModel, ScoreRequest, Usage } from "../../../core/model.ts";
import { LANGUAGE_MODEL_CONTRACT } from "../../../testing/language-model-contract.ts";
import { changing, openToy, REQUESTS } from "../open-toy.test-support.ts";
import { type Fault, startToyServer, type ToyServer } from "../toy-server.test-support.ts";

interface FireworksReply {
  readonly choices: {
    index: number;
    prompt_token_ids?: number[];
    logprobs: { content: { token_id: number; logprob: unknown }[] } | null;
  }[];
}

const fireworks = (change: (reply: FireworksReply) => void): Fault =>
  changing("/v1/completions", (reply: FireworksReply) => {
    change(reply);
    return reply;
  });
const rowsOf = ({ choices }: FireworksReply): { token_id: number; logprob: unknown }[] =>
  choices[0]?.logprobs?.content ?? [];

const FAULTS: readonly (readonly [string, Fault, RegExp])[] = [
  [
    "no log-probabilities",
    fireworks(({ choices }) => {
      for (const choice of choices) choice.logprobs = null;
    }),
    /first: the last 2 tokens were to be echoed, 0 log-prob/,
  ],
  [
    "those of the written token alone",
    fireworks((reply) => void rowsOf(reply).splice(0, 2)),
    /first: the last 2 tokens were to be echoed, 1 log-prob/,
  ],
  [
    "the whole prompt",
    fireworks((reply) => void rowsOf(reply).unshift(...rowsOf(reply))),
    /first: the last 2 tokens were to be echoed, 6 log-prob/,
  ],
  [
    "another token",
    fireworks((reply) => {
      Object.assign(rowsOf(reply)[1] ?? {}, { token_id: 9 });
    }),
    /first: token 1 was sent as 104 and answered as 9/,
  ],
  [
    "a token in front of the prompt",
    fireworks(({ choices }) => void choices[0]?.prompt_token_ids?.unshift(1)),
    /first: 5 tokens were sent, the answer is about 6/,
  ],
  [
    "no ids of the prompt",
    fireworks(({ choices }) => {
      delete choices[0]?.prompt_token_ids;
    }),
    /another shape.*choices\.0\.prompt_token_ids/,
  ],
  [
    "a result too few",
    fireworks(({ choices }) => void choices.pop()),
    /2 prompts were sent, 1 results/,
  ],
  [
    "an index twice",
    fireworks(({ choices }) => {
      Object.assign(choices[1] ?? {}, { index: 0 });
    }),
    /result 1 of 2 is missing/,
  ],
  [
    "-9999",
    fireworks((reply) => {
      Object.assign(rowsOf(reply)[0] ?? {}, { logprob: -9999 });
    }),
    /first: token 3 has -9999/,
  ],
  [
    "null inside",
    fireworks((reply) => {
      Object.assign(rowsOf(reply)[1] ?? {}, { logprob: null });
    }),
    /first: token 4 has no number/,
  ],
];

describe("Fireworks", () => {
  let server: ToyServer;
  let model: LanguageModel;

  beforeAll(async () => {
    server = await startToyServer("fireworks");
    model = await openToy(server, null);
  });
  beforeEach(() => {
    server.fault = null;
  });
  afterAll(async () => {
    await model[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });

  test.each(FAULTS)("refuses an answer with %s", async (_name, fault, message) => {
    server.fault = fault;
    await expect(model.score(REQUESTS)).rejects.toMatchObject({
      code: "ENDPOINT_BAD_REPLY",
      message: expect.stringMatching(message) as string,
    });
  });

  test("is asked for the longest answer of a request, and each gets its own tokens' numbers", async () => {
    const requests: readonly ScoreRequest[] = [
      { id: "short", context: Int32Array.of(100), target: Int32Array.of(101) },
      { id: "long", context: Int32Array.of(100, 101), target: Int32Array.of(102, 103, 104) },
    ];
    let usage: Usage | undefined;
    const scored = await model.score(requests, { onUsage: (told) => (usage = told) });
    expect(server.seen.at(-1)?.body).toMatchObject({
      echo_last: 3,
      context_length_exceeded_behavior: "error",
    });
    expect(usage).toMatchObject({ requestedTokens: 7, evaluatedTokens: 5 });
    await using vllm = await startToyServer();
    await using other = await openToy(vllm, "vllm");
    expect(scored).toEqual(await other.score(requests));
  });

  test("cuts texts by what it says of a prompt, and what it puts in front stands there once", async () => {
    const prompt = { kind: "text", text: "Of late" } as const;
    const [encoded] = await model.encode([{ prompt, target: " yes", scoreEnd: false }]);
    await using vllm = await startToyServer();
    await using other = await openToy(vllm, "vllm");
    const [bare] = await other.encode([{ prompt, target: " yes", scoreEnd: false }]);
    const begin = encoded?.context[0] ?? 0;
    expect([...(encoded?.context.slice(1) ?? [])]).toEqual([...(bare?.context.slice(-7) ?? [])]);
    expect([...(encoded?.target ?? [])]).toEqual([...(bare?.target ?? [])]);
    expect([...(encoded?.context ?? [])].filter((token) => token === begin)).toHaveLength(1);
    expect(await model.tokenTexts(encoded?.target ?? Int32Array.of())).toEqual([
      " ",
      "y",
      "e",
      "s",
    ]);
  });

  test("writes no conversations", async () => {
    expect(model.capabilities).toMatchObject({ chat: false, prefixSharing: false });
    const prompt = { kind: "chat", messages: [{ role: "user", content: "Hello" }] } as const;
    await expect(model.encode([{ prompt }])).rejects.toMatchObject({ code: "NO_CHAT_TEMPLATE" });
  });

  test.each<readonly [string, Fault, RegExp]>([
    [
      "one text of three",
      fireworks(({ choices }) => void choices.splice(1)),
      /3 prompts were sent, 1 results/,
    ],
    [
      "other tokens in front of each text",
      fireworks(({ choices }) => {
        choices.at(-1)?.prompt_token_ids?.shift();
      }),
      /does not put the same tokens in front/,
    ],
  ])("refuses ids of %s", async (_name, fault, message) => {
    server.fault = fault;
    const prompt = { kind: "text", text: `New: ${_name}` } as const;
    await expect(model.encode([{ prompt }])).rejects.toMatchObject({
      code: "ENDPOINT_BAD_REPLY",
      message: expect.stringMatching(message) as string,
    });
  });

  test.each([
    [400, "ENDPOINT_REFUSED", "The prompt is too long: 4200"],
    [401, "ENDPOINT_UNAUTHORIZED", "The API key you provided is invalid."],
    [404, "ENDPOINT_NOT_FOUND", "Model not found, inaccessible, and/or not deployed"],
    [429, "ENDPOINT_BUSY", "Rate limit exceeded"],
  ])("hands on what it says with %i", async (status, code, message) => {
    const error = { object: "error", type: "invalid_request_error", message };
    server.fault = () => ({ status, json: { error } });
    await expect(model.score(REQUESTS)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message) as string,
    });
  });

  // The last of them closes the model.
  test.each(LANGUAGE_MODEL_CONTRACT)("contract: $name", async (contractCase) => {
    await contractCase.run(model);
  });
});
