import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { LanguageModel, ScoreRequest } from "../../core/model.ts";
import { PmpoError } from "../../core/errors.ts";
import { LANGUAGE_MODEL_CONTRACT } from "../../testing/language-model-contract.ts";
import type { SeenRequest } from "./local-server.test-support.ts";
import { createHttpModel } from "./connect.ts";
import type { HttpModelOptions } from "./model-options.ts";
import { type Fault, startToyServer, type ToyServer } from "./toy-server.test-support.ts";

let server: ToyServer;

beforeAll(async () => {
  server = await startToyServer();
});

beforeEach(() => {
  server.fault = null;
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

function open(options: Partial<HttpModelOptions> = {}): Promise<LanguageModel> {
  return createHttpModel({
    url: server.url,
    model: null,
    name: "toy",
    api: null,
    key: "sk-hidden-key",
    patienceSeconds: 5,
    ...options,
  });
}

async function failureOf(promise: Promise<unknown>): Promise<PmpoError> {
  const error = await promise.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(PmpoError);
  return error as PmpoError;
}

/** A fault of the scoring answers alone: their JSON, changed. */
function scoring(change: (reply: { choices: Record<string, unknown>[] }) => void): Fault {
  return (request, honest) => {
    if (!isScoring(request) || typeof honest === "function" || !("json" in honest)) return null;
    const reply = structuredClone(honest.json) as { choices: Record<string, unknown>[] };
    change(reply);
    return { json: reply };
  };
}

function isScoring({ path, body }: SeenRequest): boolean {
  return path === "/v1/completions" && JSON.stringify(body).includes("prompt_logprobs");
}

describe("the contract, against a server that answers as vLLM does", () => {
  let model: LanguageModel;
  beforeAll(async () => {
    model = await open();
  });

  test.each(LANGUAGE_MODEL_CONTRACT)("$name", async (contractCase) => {
    await contractCase.run(model);
  });
});

const REQUESTS: readonly ScoreRequest[] = ["first", "second", "third"].map((id, index) => ({
  id,
  context: Int32Array.of(100 + index, 101, 102),
  target: Int32Array.of(103, 104),
}));

type Entries = (Record<string, { logprob: unknown }> | null)[];
const entriesOf = (choice: Record<string, unknown> | undefined): Entries =>
  choice?.["prompt_logprobs"] as Entries;
const idsOf = (choice: Record<string, unknown> | undefined): number[] =>
  choice?.["prompt_token_ids"] as number[];
const setLast = (logprob: unknown): Fault =>
  scoring(({ choices }) => {
    (entriesOf(choices[1])[4] as Record<string, unknown>)["104"] = { logprob };
  });

const FAULTS: readonly (readonly [string, Fault, RegExp])[] = [
  [
    "no log-probabilities",
    scoring(({ choices }) => {
      for (const choice of choices) choice["prompt_logprobs"] = null;
    }),
    /first: there are no log-probabilities of the prompt/,
  ],
  [
    "a result too few",
    scoring(({ choices }) => void choices.pop()),
    /3 prompts were sent, 2 results/,
  ],
  [
    "an index twice",
    scoring(({ choices }) => {
      Object.assign(choices[2] ?? {}, { index: 1 });
    }),
    /result 2 of 3 is missing/,
  ],
  [
    "a token added in front",
    scoring(({ choices }) => {
      idsOf(choices[1]).unshift(1);
    }),
    /second: 5 tokens were sent, the answer is about 6/,
  ],
  [
    "another token",
    scoring(({ choices }) => {
      idsOf(choices[2])[1] = 7;
    }),
    /third: token 1 was sent as 101 and answered as 7/,
  ],
  [
    "a number too few",
    scoring(({ choices }) => void entriesOf(choices[0]).pop()),
    /first: 5 tokens were sent, 4 log-prob/,
  ],
  [
    "the entry of another token",
    scoring(({ choices }) => {
      entriesOf(choices[0])[3] = { 9: { logprob: -1 } };
    }),
    /first: token 3 \(103\) is missing from its own entry/,
  ],
  [
    "a first token with a number",
    scoring(({ choices }) => {
      entriesOf(choices[0])[0] = { 100: { logprob: -1 } };
    }),
    /first: the first token has a log-probability/,
  ],
  ["-9999", setLast(-9999), /second: token 4 has -9999/],
  ["a number above 0", setLast(0.5), /second: token 4 has 0\.5/],
  ["null for a number", setLast(null), /another shape.*choices\.1\.prompt_logprobs\.4/],
  ["minus infinity as text", setLast("-Infinity"), /another shape.*choices\.1/],
  [
    "another document",
    (request) => (isScoring(request) ? { json: { object: "list" } } : null),
    /another shape.*choices/,
  ],
  [
    "broken JSON",
    (request) => (isScoring(request) ? { text: '{"choices": [' } : null),
    /the answer is not JSON/,
  ],
  [
    "NaN in the JSON",
    (request) => (isScoring(request) ? { text: '{"choices": NaN}' } : null),
    /not JSON/,
  ],
];

describe("a scoring answer is refused, whole and by name, that has", () => {
  test.each(FAULTS)("%s", async (_name, fault, message) => {
    await using model = await open();
    server.fault = fault;
    const error = await failureOf(model.score(REQUESTS));
    expect(error).toMatchObject({ kind: "model", code: "ENDPOINT_BAD_REPLY" });
    expect(error.message).toContain(`${server.url}: POST /v1/completions`);
    expect(error.message).toMatch(message);
    server.fault = null;
    expect(await model.score(REQUESTS)).toHaveLength(3);
  });
});

test("results that come in another order are put in that of the requests", async () => {
  await using model = await open();
  const honest = await model.score(REQUESTS);
  server.fault = scoring(({ choices }) => void choices.reverse());
  expect(await model.score(REQUESTS)).toEqual(honest);
});

test("a call that is too large for one request is cut and put together again", async () => {
  await using whole = await open();
  await using cut = await open({ batchTokens: 10 });
  const before = server.seen.length;
  const results = await cut.score(REQUESTS);
  expect(server.seen.length - before).toBe(2);
  expect(results).toEqual(await whole.score(REQUESTS));
});

test("a server whose numbers belong to other tokens is refused when it is opened", async () => {
  server.fault = scoring(({ choices }) => {
    for (const choice of choices) {
      for (const entry of entriesOf(choice)) {
        for (const token of Object.values(entry ?? {})) token.logprob = -3;
      }
    }
  });
  expect(await failureOf(open())).toMatchObject({ code: "ENDPOINT_SCORES_WRONG" });
});

test("seconds that are no whole milliseconds can be waited", async () => {
  await using model = await open({ timeoutSeconds: 1.001 });
  expect(await model.score(REQUESTS)).toHaveLength(3);
});

test.each([404, 403])(
  "a server that answers %i when asked for its version tells none",
  async (status) => {
    server.fault = ({ path }) => (path === "/version" ? { status, json: {} } : null);
    await using model = await open();
    expect(model.identity.engine).toBe("vLLM, context 4096");
  },
);

test("a server that does not come to say its version is no other one", async () => {
  let left = 1;
  server.fault = ({ path }) => {
    const fails = path === "/version" && left-- > 0;
    return fails ? { status: 503, json: {} } : null;
  };
  await using model = await open();
  expect(model.identity.engine).toBe("vLLM 0.32.0, context 4096");
  left = Infinity;
  expect(await failureOf(open({ patienceSeconds: 0.1 }))).toMatchObject({ code: "ENDPOINT_BUSY" });
});

test("a server without a model says so", async () => {
  server.fault = ({ path }) => (path === "/v1/models" ? { json: { data: [] } } : null);
  const error = await failureOf(open());
  expect(error).toMatchObject({ code: "ENDPOINT_MODEL_UNKNOWN" });
  expect(error.message).toMatch(/has no model$/);
});

test("an unknown model is refused with those that there are", async () => {
  const error = await failureOf(open({ model: "nope" }));
  expect(error.code).toBe("ENDPOINT_MODEL_UNKNOWN");
  expect(error.hint).toContain("toy-135m");
});

test.each([
  ["llamacpp", "llama-server"],
  ["library", "Ollama"],
  ["organization_owner", "LM Studio"],
])("a server that says %s is refused by name", async (ownedBy, name) => {
  await using other = await startToyServer(ownedBy);
  for (const api of [null, "vllm"] as const) {
    const error = await failureOf(open({ url: other.url, api }));
    expect(error.code).toBe("ENDPOINT_CANNOT_SCORE");
    expect(error.message).toContain(name);
    expect(error.hint).toMatch(/vLLM or SGLang/);
  }
});

test("a server that cuts no texts into tokens is refused", async () => {
  server.fault = ({ path }) =>
    path === "/tokenize" ? { status: 404, json: { detail: "Not Found" } } : null;
  const error = await failureOf(open());
  expect(error.code).toBe("ENDPOINT_NO_TOKENIZER");
  expect(error.message).toContain("/tokenize");
});

test("a template that refuses a conversation is told as such", async () => {
  await using model = await open();
  server.fault = ({ path }) =>
    path === "/tokenize"
      ? { status: 400, json: { error: { message: "System role not supported" } } }
      : null;
  const prompt = { kind: "chat", messages: [{ role: "system", content: "New words" }] } as const;
  const error = await failureOf(model.encode([{ prompt }]));
  expect(error).toMatchObject({ code: "CHAT_TEMPLATE_REFUSES" });
  expect(error.message).toContain("System role not supported");
});

test("what tells models apart is in the identity, the key is not", async () => {
  await using model = await open();
  await using again = await open({ key: "sk-another" });
  expect(again.identity).toEqual(model.identity);
  expect(model.identity.engine).toBe("vLLM 0.32.0, context 4096");
  expect(model.capabilities).toMatchObject({ chat: true, contextTokens: 4095, parameters: 135e6 });
  await using elsewhere = await startToyServer();
  await using other = await open({ url: elsewhere.url });
  expect(other.identity.weights).not.toBe(model.identity.weights);
  expect(JSON.stringify(model.identity)).not.toContain("sk-");
});

test("a text is tokenized once, however often it is encoded", async () => {
  await using model = await open();
  const request = { prompt: { kind: "text", text: "Once only" }, target: " yes" } as const;
  await model.encode([request]);
  const before = server.seen.length;
  await model.encode([request, request]);
  expect(server.seen.length).toBe(before);
});
