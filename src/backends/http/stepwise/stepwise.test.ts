import { describe, expect, test } from "vitest";
import type { EncodeRequest, LanguageModel, Usage } from "../../../core/model.ts";
import type { Answer, LocalServer, SeenRequest } from "../local-server.test-support.ts";
import type { HttpModelOptions } from "../model-options.ts";
import { openLocal, requestsFor, startLocal } from "../open-local.test-support.ts";
import { createHttpPool } from "../pool/pool-model.ts";
import { toyChat, toyTokens } from "../toy-model.test-support.ts";
import {
  deepseekAnswer,
  tableAnswer,
  toyDistribution,
  toyModels,
} from "./toy-lists.test-support.ts";

async function started(
  ownedBy: string,
  answer: (request: SeenRequest) => Answer,
): Promise<LocalServer> {
  return startLocal((request) =>
    request.path === "/v1/models" ? toyModels(ownedBy) : answer(request),
  );
}

const opened = (
  server: LocalServer,
  options: Partial<HttpModelOptions> = {},
): Promise<LanguageModel> => openLocal(server, { stepwise: true, ...options });

/** What the toy thinks of tokens behind others. */
function trueLogProbs(context: readonly number[], target: readonly number[]): readonly number[] {
  return target.map((token, index) => {
    const rows = toyDistribution([...context, ...target.slice(0, index)]);
    return rows.find((row) => row.token === token)?.logProb ?? Number.NaN;
  });
}

const total = (numbers: Iterable<number>): number =>
  [...numbers].reduce((sum, each) => sum + each, 0);

const FRANCE = "The capital of France is";

describe("a server of plain completions that lists likely tokens", () => {
  const plain = (target: string): EncodeRequest => ({
    prompt: { kind: "text", text: FRANCE },
    target,
    scoreEnd: false,
  });

  test("gives the numbers of tokens that are listed, and bounds for others", async () => {
    const model = await opened(await started("organization_owner", tableAnswer));
    const requests = await requestsFor(model, [plain(" Paris"), plain(" spoon"), plain(" Größe")]);
    const [likely, unlikely, other] = await model.score(requests);
    const truth = trueLogProbs(toyTokens(FRANCE), toyTokens(" Paris"));
    expect(likely?.estimate).toEqual({ tokens: 6, bounded: 0 });
    expect(likely?.logProbs).toHaveLength(6);
    truth.forEach((logProb, index) => expect(likely?.logProbs[index]).toBeCloseTo(logProb, 9));
    for (const [answer, text] of [
      [unlikely, " spoon"],
      [other, " Größe"],
    ] as const) {
      expect(answer?.estimate?.bounded).toBeGreaterThan(0);
      const own = total(trueLogProbs(toyTokens(FRANCE), toyTokens(text)));
      expect(total(answer?.logProbs ?? [])).toBeGreaterThanOrEqual(own);
    }
  });

  test("is asked once for what answers behind one prompt have in common, and tells what it was sent", async () => {
    const server = await started("organization_owner", tableAnswer);
    const model = await opened(server);
    const requests = await requestsFor(model, [plain(" Paris"), plain(" Parisians")]);
    const before = server.seen.length;
    const usages: Usage[] = [];
    await model.score(requests, { onUsage: (usage) => usages.push(usage) });
    const sent = server.seen.slice(before).map(({ body }) => (body as { prompt: string }).prompt);
    expect(new Set(sent).size).toBe(sent.length);
    expect(sent).toContain(`${FRANCE} Pa`);
    expect(usages).toHaveLength(1);
    expect(usages[0]?.sent).toEqual({
      requests: sent.length,
      tokens: total(sent.map((prompt) => toyTokens(prompt).length)),
    });
  });

  test("scores the blank line behind an answer, and a begun answer as part of the prompt", async () => {
    const server = await started("organization_owner", tableAnswer);
    const model = await opened(server);
    const [request] = await requestsFor(model, [
      { prompt: { kind: "text", text: "One, two," }, prefix: " three, ", target: "four" },
    ]);
    const before = server.seen.length;
    const [scored] = await model.score(request === undefined ? [] : [request]);
    const prompts = server.seen
      .slice(before)
      .map(({ body }) => (body as { prompt: string }).prompt);
    expect(prompts[0]).toBe("One, two, three,");
    expect(prompts.at(-1)).toBe("One, two, three, four");
    expect(scored?.logProbs).toHaveLength(" four".length + 1);
  });

  test("writes", async () => {
    const model = await opened(await started("organization_owner", tableAnswer));
    const [encoded] = await model.encode([{ prompt: { kind: "text", text: "One, two, three," } }]);
    const sampling = { temperature: 0, topP: 1, topK: 0, minP: 0 };
    const request = { id: "text", maxTokens: 5, sampling, seed: 0, stop: [] };
    const context = encoded?.context ?? new Int32Array();
    const [written] = await model.generate([{ ...request, context }]);
    expect(written).toEqual({ text: " four", tokenCount: 5, finish: "length" });
  });

  test("takes no conversation, and says which interface does", async () => {
    const model = await opened(await started("organization_owner", tableAnswer));
    const prompt = { kind: "chat", messages: [{ role: "user", content: "Hi" }] } as const;
    await expect(model.encode([{ prompt }])).rejects.toMatchObject({
      code: "NO_CHAT_TEMPLATE",
      hint: expect.stringContaining("chat-stepwise") as string,
    });
  });

  test("is refused where it drops log-probabilities, as LM Studio does", async () => {
    const without = (request: SeenRequest): Answer => {
      const answer = tableAnswer(request);
      const isScored = request.path === "/v1/completions";
      if (!isScored || typeof answer === "function" || !("json" in answer)) return answer;
      const { choices, ...rest } = answer.json as { choices: object[] };
      return { json: { ...rest, choices: choices.map((each) => ({ ...each, logprobs: null })) } };
    };
    await expect(opened(await started("organization_owner", without))).rejects.toMatchObject({
      code: "ENDPOINT_BAD_REPLY",
      message: expect.stringContaining("no log-probabilities of likely tokens") as string,
    });
  });

  test("is refused where its numbers make no sense", async () => {
    const shuffled = (request: SeenRequest): Answer =>
      tableAnswer({ ...request, body: { ...(request.body as object), prompt: "zzzz" } });
    await expect(opened(await started("organization_owner", shuffled))).rejects.toMatchObject({
      code: "ENDPOINT_SCORES_WRONG",
    });
  });
});

describe("DeepSeek's chat prefix completion", () => {
  const messages = [
    { role: "system", content: "Answer in one word." },
    { role: "user", content: "Monday, Tuesday, Wednesday, and then?" },
  ] as const;
  const chat = (target: string): EncodeRequest => ({ prompt: { kind: "chat", messages }, target });

  test("is sent the beginning of the answer as a prefix, and none before the first token", async () => {
    const server = await started("deepseek", deepseekAnswer);
    const model = await opened(server);
    const requests = await requestsFor(model, [chat("Thursday")]);
    const before = server.seen.length;
    const [scored] = await model.score(requests);
    const bodies = server.seen.slice(before).map(({ body }) => body as { messages: object[] });
    expect(new Set(server.seen.slice(before).map(({ path }) => path))).toEqual(
      new Set(["/beta/chat/completions"]),
    );
    expect(bodies[0]).toMatchObject({ messages, max_tokens: 1, logprobs: true, top_logprobs: 20 });
    expect(bodies.at(-1)?.messages.at(-1)).toEqual({
      role: "assistant",
      content: "Thursday",
      prefix: true,
    });
    const context = toyChat(messages, true);
    const truth = trueLogProbs(context, [...toyTokens("Thursday"), ...toyTokens("<|im_end|>")]);
    expect(scored?.logProbs).toHaveLength(truth.length);
    expect(total(scored?.logProbs ?? [])).toBeGreaterThanOrEqual(total(truth) - 1e-9);
    if (scored?.estimate?.bounded === 0) {
      expect(total(scored.logProbs)).toBeCloseTo(total(truth), 6);
    }
  });

  test("counts as saved what its cache held", async () => {
    const model = await opened(await started("deepseek", deepseekAnswer));
    const usages: Usage[] = [];
    await model.score(await requestsFor(model, [chat("Thursday")]), {
      onUsage: (usage) => usages.push(usage),
    });
    // Every request evaluates its last token alone.
    expect(usages[0]?.evaluatedTokens).toBe(usages[0]?.sent?.requests);
  });

  test("scores and goes on with no plain text", async () => {
    const model = await opened(await started("deepseek", deepseekAnswer));
    const prompt = { kind: "text", text: "A" } as const;
    const [request] = await requestsFor(model, [{ prompt, target: " B" }]);
    const { context = new Int32Array(), target = new Int32Array() } = request ?? {};
    await expect(model.score([{ id: "text", context, target }])).rejects.toMatchObject({
      code: "CHAT_ONLY",
    });
    const sampling = { temperature: 0, topP: 1, topK: 0, minP: 0 };
    const writing = { id: "text", context, maxTokens: 5, sampling, seed: 0, stop: [] };
    await expect(model.generate([writing])).rejects.toMatchObject({ code: "CHAT_ONLY" });
  });
});

test("a server that finds a prompt too long refuses that prompt by its name", async () => {
  const refusal = {
    status: 400,
    json: { error: { message: "This model's maximum context length is 8 tokens." } },
  };
  let isFull = false;
  const server = await started("deepseek", (request) =>
    isFull ? refusal : deepseekAnswer(request),
  );
  const model = await opened(server);
  isFull = true;
  await expect(
    model.score(
      await requestsFor(model, [
        { prompt: { kind: "chat", messages: [{ role: "user", content: "A" }] }, target: "B" },
      ]),
    ),
  ).rejects.toMatchObject({
    code: "CONTEXT_OVERFLOW",
    message: expect.stringMatching(
      /^answer 0 does not fit the context: .*maximum context/,
    ) as string,
  });
});

describe("an estimate that nobody asked for", () => {
  test.each([
    ["deepseek", "DeepSeek"],
    ["organization_owner", "LM Studio"],
    ["library", "Ollama"],
  ])("at %s is refused with how to ask for it", async (ownedBy, label) => {
    const server = await started(ownedBy, tableAnswer);
    await expect(opened(server, { stepwise: false })).rejects.toMatchObject({
      code: "ENDPOINT_CANNOT_SCORE",
      message: expect.stringContaining(`is ${label}`) as string,
      hint: expect.stringMatching(/`stepwise: true`.*--stepwise/) as string,
    });
  });

  test("through an interface that is named is refused too", async () => {
    const server = await started("somebody", tableAnswer);
    const options = { stepwise: false, api: "completions-stepwise" } as const;
    await expect(opened(server, options)).rejects.toMatchObject({ code: "ENDPOINT_ESTIMATES" });
  });

  test("is not made at several servers as one", async () => {
    const pool = createHttpPool({
      urls: ["http://127.0.0.1:1", "http://127.0.0.1:2"],
      model: null,
      name: "toy",
      api: null,
      key: null,
      stepwise: true,
    });
    await expect(pool).rejects.toMatchObject({ code: "ENDPOINTS_ESTIMATE" });
  });
});
