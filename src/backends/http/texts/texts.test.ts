import { describe, expect, test } from "vitest";
import { TEXT_SCORING_APIS, type TextScoringApiName } from "../../../core/endpoint.ts";
import type { EncodeRequest, LanguageModel, Usage } from "../../../core/model.ts";
import { LANGUAGE_MODEL_CONTRACT } from "../../../testing/language-model-contract.ts";
import type { Answer, LocalServer, SeenRequest } from "../local-server.test-support.ts";
import { closedAfterTest, openLocal, requestsFor, startLocal } from "../open-local.test-support.ts";
import { createHttpPool } from "../pool/pool-model.ts";
import { toyTokens } from "../toy-model.test-support.ts";
import { BEGIN, toyLogProbs, toyTextServer } from "./toy-texts.test-support.ts";

type Change = (request: SeenRequest, honest: Answer) => Answer;

/** A toy server of that kind; what it answers can be changed. */
async function started(
  kind: TextScoringApiName,
  change: Change = (_request, honest) => honest,
): Promise<LocalServer> {
  const answer = toyTextServer(kind);
  return startLocal((request) => change(request, answer(request)));
}

/** The JSON of answers to a path, with other fields. */
const changing =
  (path: string, change: (json: { readonly details?: object }) => object): Change =>
  (request, honest) =>
    request.path === path && typeof honest !== "function" && "json" in honest
      ? { json: { ...(honest.json as object), ...change(honest.json as object) } }
      : honest;

const FRANCE = "The capital of France is";
const plain = (target: string, scoreEnd = false): EncodeRequest => ({
  prompt: { kind: "text", text: FRANCE },
  target,
  scoreEnd,
});

async function scored(
  model: LanguageModel,
  requests: readonly EncodeRequest[],
): Promise<readonly Float64Array[]> {
  const results = await model.score(await requestsFor(model, requests));
  return results.map(({ logProbs }) => logProbs);
}

const total = (numbers: Iterable<number | null>): number =>
  [...numbers].reduce<number>((sum, each) => sum + (each ?? 0), 0);

/** What the toy thinks of an answer's bytes behind the prompt. */
function truth(kind: TextScoringApiName, answer: string): readonly (number | null)[] {
  const begin = kind === "together" ? [] : [BEGIN];
  const context = [...begin, ...toyTokens(FRANCE)];
  return toyLogProbs([...context, ...toyTokens(answer)]).slice(context.length);
}

/** What a kind of server does not tell: numbers of a text's first token, and of single tokens. */
const IMPOSSIBLE: Readonly<Partial<Record<TextScoringApiName, RegExp>>> = {
  together: /^scores one-token prompts/,
  "llama-cpp-python": /^scores one-token prompts/,
  lmdeploy: /^scores targets that are prefixes/,
};

describe.each(TEXT_SCORING_APIS)("%s", (kind) => {
  const settings = { api: kind };

  test("gives every answer the log-probability of its own tokens", async () => {
    const model = await openLocal(await started(kind), settings);
    const answers = [" Paris", " spoon", " Größe 東京 🦊 it is"];
    const results = await scored(
      model,
      answers.map((answer) => plain(answer)),
    );
    results.forEach((logProbs, index) => {
      const expected = total(truth(kind, answers[index] as string));
      // LMDeploy's means are single-precision numbers.
      expect(total(logProbs)).toBeCloseTo(expected, kind === "lmdeploy" ? 3 : 9);
    });
    expect(model.capabilities.stepwise).toBeUndefined();
  });

  test("ends an answer with a blank line and takes nothing behind that", async () => {
    const model = await openLocal(await started(kind), settings);
    const [logProbs = new Float64Array()] = await scored(model, [plain(" Paris", true)]);
    // To a tokenizer of bytes a blank line is two tokens; a sum of both is all that LMDeploy says.
    const end = kind === "lmdeploy" ? "\n\n" : "\n";
    const digits = kind === "lmdeploy" ? 3 : 9;
    expect(total(logProbs)).toBeCloseTo(total(truth(kind, ` Paris${end}`)), digits);
  });

  test("asks for a prompt's tokens once for all its answers, and says what it sent", async () => {
    const server = await started(kind);
    const model = await openLocal(server, settings);
    const answers = [" Paris", " Rome", " Oslo"];
    const text = "A city that everybody knows:";
    const requests = await requestsFor(
      model,
      answers.map((each) => ({ ...plain(each), prompt: { kind: "text", text } })),
    );
    server.seen.length = 0;
    const usages: Usage[] = [];
    await model.score(requests, { onUsage: (usage) => usages.push(usage) });
    const ofPrompt = server.seen.filter(({ body }) =>
      Object.values(body as Record<string, unknown>).includes(text),
    );
    // LMDeploy is asked for ids and for a sum.
    expect(ofPrompt).toHaveLength(kind === "lmdeploy" ? 2 : 1);
    const begin = kind === "together" ? 0 : 1;
    const isComputed = kind === "together" || kind === "lmdeploy";
    const prompts = requests.length + (isComputed ? 1 : 0);
    const tokens = prompts * (text.length + begin) + answers.join("").length;
    expect(usages[0]?.sent?.tokens).toBe(tokens);
  });

  test("refuses an answer that becomes one token with the end of its prompt", async () => {
    const model = await openLocal(await started(kind), settings);
    const answers = ["pepper", "& pepper"].map((target) => ({
      ...plain(target),
      prompt: { kind: "text", text: "Salt &" } as const,
    }));
    await expect(scored(model, answers)).rejects.toMatchObject({
      code: "ANSWER_NOT_APART",
      message: expect.stringMatching(/answer 1: .*joins/) as unknown,
    });
  });

  test("writes, and stops at a stop text", async () => {
    const model = await openLocal(await started(kind), settings);
    const [request] = await requestsFor(model, [plain("x")]);
    const sampling = { temperature: 0, topP: 1, topK: 0, minP: 0 };
    const context = request?.context ?? new Int32Array();
    const ask = { id: "text", context, maxTokens: 6, sampling, seed: 0 };
    const written = await model.generate([
      { ...ask, stop: [] },
      { ...ask, stop: ["ri"] },
    ]);
    expect(written.map(({ text, finish }) => [text, finish])).toEqual([
      [" Paris", "length"],
      [" Pa", "stop"],
    ]);
  });

  test("takes plain texts alone", async () => {
    const model = await openLocal(await started(kind), settings);
    const chat = { kind: "chat", messages: [{ role: "user", content: "Hi" }] } as const;
    await expect(model.encode([{ prompt: chat }])).rejects.toMatchObject({
      code: "NO_CHAT_TEMPLATE",
    });
  });

  const possible = LANGUAGE_MODEL_CONTRACT.filter(
    ({ name }) => IMPOSSIBLE[kind]?.test(name) !== true,
  );

  test("is held to all of the contract but what it cannot tell", () => {
    const left = LANGUAGE_MODEL_CONTRACT.length - possible.length;
    expect(left).toBe(kind === "tgi" ? 0 : 1);
  });

  test.each(possible)("contract: $name", async (contractCase) => {
    await contractCase.run(await openLocal(await started(kind), settings));
  });

  test("several servers are one model", async () => {
    const servers = [await started(kind), await started(kind)];
    const model = await createHttpPool({
      urls: servers.map(({ url }) => url),
      model: null,
      name: "toys",
      api: kind,
      key: null,
      patienceSeconds: 1,
    });
    closedAfterTest(model);
    const [logProbs = new Float64Array()] = await scored(model, [plain(" Paris")]);
    expect(total(logProbs)).toBeCloseTo(total(truth(kind, " Paris")), 3);
  });
});

test.each(["lmdeploy", "llama-cpp-python"] as const)(
  "%s is known by whose its models are",
  async (kind) => {
    const model = await openLocal(await started(kind));
    expect(model.identity.engine).toMatch(/LMDeploy|llama-cpp-python/);
  },
);

test("of a Text Generation Inference without prefill log-probabilities it is said how to start it", async () => {
  const server = await started(
    "tgi",
    changing("/generate", ({ details }) => ({ details: { ...details, prefill: [] } })),
  );
  await expect(openLocal(server, { api: "tgi" })).rejects.toMatchObject({
    hint: expect.stringContaining("--enable-prefill-logprobs") as unknown,
  });
});

test.each(["together", "llama-cpp-python"] as const)(
  "%s scores nothing behind an empty prompt",
  async (kind) => {
    const model = await openLocal(await started(kind), { api: kind });
    const empty = { ...plain("Paris"), prompt: { kind: "text", text: "" } } as const;
    await expect(scored(model, [empty])).rejects.toThrow(/answer 0: the prompt is empty/);
  },
);

test("the name of the begin token in a prompt is refused where its number is left out", async () => {
  const named = {
    ...plain(" Paris"),
    prompt: { kind: "text", text: "A <|im_start|> is" },
  } as const;
  const model = await openLocal(await started("llama-cpp-python"));
  await expect(scored(model, [named])).rejects.toThrow(/holds the name of the begin token/);
});

test("noise of half precision is no wrong number at LMDeploy", async () => {
  const moved =
    (by: number): Change =>
    (request, honest) =>
      request.path === "/get_ppl" && (request.body as { input: string }).input === FRANCE
        ? { json: { ppl: by + (honest as { json: { ppl: number } }).json.ppl } }
        : honest;
  const likely = plain(" Paris");
  // All but as likely as the prompt makes " Paris".
  const near = await openLocal(await started("lmdeploy", moved(0.0255)));
  const [logProbs = new Float64Array()] = await scored(near, [likely]);
  expect(total(logProbs)).toBeCloseTo(0, 9);
  const far = openLocal(await started("lmdeploy", moved(0.1)));
  await expect(far).rejects.toThrow(/likelier with its answer/);
});

test.each(["llama-cpp-python", "lmdeploy"] as const)(
  "%s is told what is not to change what it writes",
  async (kind) => {
    const server = await started(kind);
    const model = await openLocal(server);
    const [request] = await requestsFor(model, [plain("x")]);
    const sampling = { temperature: 0, topP: 1, topK: 0, minP: 0 };
    const context = request?.context ?? new Int32Array();
    await model.generate([{ id: "a", context, maxTokens: 2, sampling, seed: 0, stop: [] }]);
    const body = server.seen.at(-1)?.body as Record<string, unknown>;
    expect([
      body["top_k"],
      body["min_p"],
      body["repeat_penalty"] ?? body["repetition_penalty"],
    ]).toEqual([0, 0, 1]);
  },
);

test.each(TEXT_SCORING_APIS)("%s: a number that is no probability is refused", async (kind) => {
  const model = await openLocal(await started(kind), { api: kind });
  await expect(scored(model, [plain(" Paris"), plain(" Paris!")])).rejects.toMatchObject({
    code: "ENDPOINT_BAD_REPLY",
  });
});

test("a model at Together that echoes nothing is refused", async () => {
  const server = await started(
    "together",
    changing("/v1/completions", () => ({ prompt: [] })),
  );
  await expect(openLocal(server, { api: "together" })).rejects.toMatchObject({
    hint: expect.stringContaining("Not every model at Together") as unknown,
  });
});

test("LMDeploy's refusal of cached prefixes is told", async () => {
  const server = await started("lmdeploy", (request, honest) =>
    request.path === "/get_ppl"
      ? { status: 400, json: { message: "get_ppl needs prefix caching to be off" } }
      : honest,
  );
  await expect(openLocal(server)).rejects.toThrow(/prefix caching to be off/);
});
