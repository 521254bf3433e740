import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { LanguageModel, Usage } from "../../../core/model.ts";
import { LANGUAGE_MODEL_CONTRACT } from "../../../testing/language-model-contract.ts";
import { changing, openToy, REQUESTS } from "../open-toy.test-support.ts";
import { type Fault, startToyServer, type ToyServer } from "../toy-server.test-support.ts";

interface EchoReply {
  readonly choices: {
    logprobs: { tokens: string[]; token_logprobs: (number | null)[] } | null;
  }[];
}
type SglangReply = {
  meta_info: { input_token_logprobs: [number | null, number][] | null };
}[];

const echo = (change: (reply: EchoReply) => void): Fault =>
  changing("/v1/completions", (reply: EchoReply) => {
    change(reply);
    return reply;
  });
const sglang = (change: (reply: SglangReply) => unknown): Fault =>
  changing("/generate", (reply: SglangReply) => change(reply) ?? reply);

const firstOf = ({ choices }: EchoReply): { tokens: string[]; token_logprobs: (number | null)[] } =>
  choices[0]?.logprobs ?? { tokens: [], token_logprobs: [] };
const entriesOf = (reply: SglangReply): [number | null, number][] =>
  reply[0]?.meta_info.input_token_logprobs ?? [];

const FAULTS: Readonly<
  Record<"openai-echo" | "sglang", readonly (readonly [string, Fault, RegExp])[]>
> = {
  "openai-echo": [
    [
      "no log-probabilities",
      echo(({ choices }) => {
        for (const choice of choices) choice.logprobs = null;
      }),
      /5 tokens were sent to be echoed, 0 log-prob/,
    ],
    [
      "those of the written token alone",
      echo((reply) => {
        firstOf(reply).token_logprobs.splice(0, 5);
      }),
      /5 tokens were sent to be echoed, 1 log-prob/,
    ],
    [
      "two numbers too many",
      echo((reply) => {
        firstOf(reply).token_logprobs.push(-1);
        firstOf(reply).tokens.push("x");
      }),
      /first: 5 tokens were sent, 7 log-prob/,
    ],
    [
      "a first token with a number",
      echo((reply) => {
        firstOf(reply).token_logprobs[0] = -2;
      }),
      /first: the first token has a log-prob/,
    ],
    [
      "-9999",
      echo((reply) => {
        firstOf(reply).token_logprobs[3] = -9999;
      }),
      /first: token 3 has -9999/,
    ],
    [
      "null inside",
      echo((reply) => {
        firstOf(reply).token_logprobs[4] = null;
      }),
      /first: token 4 has no number/,
    ],
    [
      "tokens named otherwise",
      echo((reply) => {
        firstOf(reply).tokens = [100, 101, 102, 103, 7, 1].map((id) => `token_id:${id}`);
      }),
      /first: token 4 was sent as 104 and answered as 7/,
    ],
  ],
  sglang: [
    [
      "no log-probabilities",
      sglang((reply) => {
        for (const { meta_info } of reply) meta_info.input_token_logprobs = null;
      }),
      /first: there are no log-prob/,
    ],
    ["a result too few", sglang((reply) => reply.slice(1)), /2 prompts were sent, 1 results/],
    [
      "an entry too few",
      sglang((reply) => void entriesOf(reply).pop()),
      /first: 3 tokens were sent, the answer is about 2/,
    ],
    [
      "another token",
      sglang((reply) => {
        entriesOf(reply)[2] = [-1, 9];
      }),
      /first: token 2 was sent as 104 and answered as 9/,
    ],
    [
      "a number too early",
      sglang((reply) => {
        entriesOf(reply)[0] = [-1, 102];
      }),
      /first: the entry before the answer has a log-prob/,
    ],
    [
      "null inside",
      sglang((reply) => {
        entriesOf(reply)[1] = [null, 103];
      }),
      /first: token 3 has no number/,
    ],
  ],
};

describe.each([
  ["openai-echo", "some gateway"],
  ["sglang", "sglang"],
] as const)("%s", (api, ownedBy) => {
  let server: ToyServer;
  let model: LanguageModel;

  beforeAll(async () => {
    server = await startToyServer(ownedBy);
    model = await openToy(server, null);
  });
  beforeEach(() => {
    server.fault = null;
  });
  afterAll(async () => {
    await model[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });

  test.each(FAULTS[api])("refuses an answer with %s", async (_name, fault, message) => {
    server.fault = fault;
    await expect(model.score(REQUESTS)).rejects.toMatchObject({
      code: "ENDPOINT_BAD_REPLY",
      message: expect.stringMatching(message) as string,
    });
  });

  test("gives the numbers that vLLM's interface gives for the same tokens", async () => {
    await using vllm = await startToyServer();
    await using other = await openToy(vllm, "vllm");
    expect(await model.score(REQUESTS)).toEqual(await other.score(REQUESTS));
  });

  // The last of them closes the model.
  test.each(LANGUAGE_MODEL_CONTRACT)("contract: $name", async (contractCase) => {
    await contractCase.run(model);
  });
});

test("SGLang is asked for the answer alone, and what its cache saved is counted", async () => {
  await using server = await startToyServer("sglang");
  await using model = await openToy(server, null);
  expect(model.capabilities).toMatchObject({ prefixSharing: true, chat: false });
  let usage: Usage | undefined;
  await model.score(REQUESTS, { onUsage: (told) => (usage = told) });
  expect(server.seen.at(-1)?.body).toMatchObject({ logprob_start_len: [2, 2] });
  expect(usage).toMatchObject({ requestedTokens: 10, evaluatedTokens: 6 });
});
