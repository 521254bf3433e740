import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { LanguageModel } from "../../../core/model.ts";
import { LANGUAGE_MODEL_CONTRACT } from "../../../testing/language-model-contract.ts";
import { changing, openToy, REQUESTS } from "../open-toy.test-support.ts";
import { type Fault, startToyServer, type ToyServer } from "../toy-server.test-support.ts";

interface Reply {
  truncated: boolean;
  completion_probabilities: { id: number; logprob: unknown }[] | null;
}

const reply = (change: (reply: Reply) => void): Fault =>
  changing("/completion", (one: Reply) => {
    change(one);
    return one;
  });
const last = ({ completion_probabilities: rows }: Reply): { id: number; logprob: unknown } =>
  rows?.at(-1) ?? { id: 0, logprob: 0 };

const FAULTS: readonly (readonly [string, Fault, RegExp])[] = [
  [
    "no log-probabilities",
    reply((one) => {
      one.completion_probabilities = null;
    }),
    /first: 1 tokens were sent, the answer is about 0/,
  ],
  [
    "a token too many",
    reply((one) => void one.completion_probabilities?.push(last(one))),
    /first: 1 tokens were sent, the answer is about 2/,
  ],
  [
    "another token than it was made to write",
    reply((one) => {
      last(one).id = 7;
    }),
    /first: token 0 was sent as 103 and answered as 7/,
  ],
  [
    "the number of an impossible token",
    reply((one) => {
      last(one).logprob = -3.4e38;
    }),
    /first: token 3 has -3\.4e\+38/,
  ],
  [
    "a shortened prompt",
    reply((one) => {
      one.truncated = true;
    }),
    /first: the server shortened the prompt/,
  ],
];

let server: ToyServer;
let model: LanguageModel;

beforeAll(async () => {
  server = await startToyServer("llamacpp");
  model = await openToy(server, "llama-server");
});
beforeEach(() => {
  server.fault = null;
});
afterAll(() => server[Symbol.asyncDispose]());

test.each(FAULTS)("refuses an answer with %s", async (_name, fault, message) => {
  server.fault = fault;
  await expect(model.score(REQUESTS)).rejects.toMatchObject({
    code: "ENDPOINT_BAD_REPLY",
    message: expect.stringMatching(message) as string,
  });
});

test("encodes and scores as vLLM's interface does, end of the turn included", async () => {
  await using vllm = await startToyServer();
  await using reference = await openToy(vllm, null);
  const prompt = { kind: "chat", messages: [{ role: "user", content: "A <|im_end|> b" }] } as const;
  const requests = [
    { prompt, target: "Paris" },
    { prompt, target: "東京 🦊, whose bytes are tokens" },
  ];
  const [ours, theirs] = [await model.encode(requests), await reference.encode(requests)];
  expect(ours).toEqual(theirs);
  const named = ours.map((each) => ({ id: "answer", ...each }));
  expect(await model.score(named)).toEqual(await reference.score(named));
});

test("is refused where it was not asked for, with how to ask for it", async () => {
  await expect(openToy(server, null)).rejects.toMatchObject({
    code: "ENDPOINT_CANNOT_SCORE",
    hint: expect.stringContaining("api: llama-server") as string,
  });
});

test("is another model to the cache when it is another build", async () => {
  expect(model.identity.engine).toContain("llama-server b1-toy");
  server.fault = changing("/props", () => ({ build_info: "b2-toy" }));
  await using other = await openToy(server, "llama-server");
  expect(other.identity.engine).toContain("llama-server b2-toy");
  expect({ ...other.identity, engine: "" }).toEqual({ ...model.identity, engine: "" });
});

test.each(LANGUAGE_MODEL_CONTRACT)("$name", async (contractCase) => {
  await contractCase.run(model);
});
