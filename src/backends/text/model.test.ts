import { describe, expect, test } from "vitest";
import { PmpoError } from "../../core/errors.ts";
import type { Usage } from "../../core/model.ts";
import { PROVIDER_NAMES } from "../../core/provider.ts";
import type { TextModel, TextRequest } from "../../core/text-model.ts";
import {
  type Answer,
  type LocalServer,
  startLocalServer,
} from "../http/local-server.test-support.ts";
import { createTextModel, type TextModelOptions } from "./model.ts";
import { REPLIES } from "./provider-replies.test-support.ts";

const KEY = 'sk-very"secret/0123';

const REQUEST: TextRequest = {
  id: "rewrite 1",
  prompt: {
    kind: "chat",
    messages: [
      { role: "system", content: "Be brief." },
      { role: "user", content: "Say hi." },
    ],
  },
  maxTokens: 20,
  sampling: { temperature: 0.5, topP: 0.9, topK: 0, minP: 0.05 },
  seed: 7,
  stop: ["</prompt>"],
};

/** A server that gives these answers one after another, the last one for ever. */
function answering(...answers: readonly Answer[]): Promise<LocalServer> {
  let next = 0;
  return startLocalServer(() => answers[Math.min(next++, answers.length - 1)] as Answer);
}

type Service = keyof typeof REPLIES;

function open(
  service: Service,
  server: LocalServer,
  options: Partial<TextModelOptions> = {},
): Promise<TextModel> {
  return createTextModel({
    provider: service === "chat" ? null : service,
    model: "m",
    name: `${service}:m`,
    url: `${server.url}/v1`,
    key: KEY,
    patienceSeconds: 10,
    ...options,
  });
}

async function failureOf(promise: Promise<unknown>): Promise<PmpoError> {
  const error = await promise.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(PmpoError);
  return error as PmpoError;
}

describe.each([...PROVIDER_NAMES, "chat"] as const)("%s", (service) => {
  const replies = REPLIES[service];

  test("sends the conversation with the key where the service takes it, and reads text and tokens", async () => {
    await using server = await answering(replies.text("Hi!"));
    await using model = await open(service, server);
    const usages: Usage[] = [];
    const written = await model.write([REQUEST], { onUsage: (usage) => usages.push(usage) });
    expect(written).toEqual([{ text: "Hi!", tokenCount: 3, finish: "end", promptTokens: 12 }]);
    const [header, valueOf] = replies.key;
    const [seen] = server.seen;
    expect([seen?.method, seen?.path]).toEqual(["POST", replies.path]);
    expect(seen?.headers[header]).toBe(valueOf(KEY));
    expect(seen?.body).toMatchObject(replies.sent);
    expect(usages).toEqual([
      {
        calls: 1,
        cachedCalls: 0,
        requestedTokens: 15,
        evaluatedTokens: 10,
        generatedTokens: 3,
        cachedTokens: 0,
      },
    ]);
  });

  test("ends a text before a stop text, whoever counts it, and says where a limit cut it", async () => {
    await using server = await answering(
      replies.text("<prompt>Hi</prompt> and more"),
      replies.text("Hi, you", true),
    );
    await using model = await open(service, server, { concurrency: 1 });
    const written = await model.write([REQUEST, REQUEST]);
    expect(written.map((each) => [each?.text, each?.finish])).toEqual([
      ["<prompt>Hi", "stop"],
      ["Hi, you", "length"],
    ]);
  });

  test.each([
    [401, "ENDPOINT_UNAUTHORIZED", /key/],
    [403, "ENDPOINT_UNAUTHORIZED", /key/],
    [404, "ENDPOINT_NOT_FOUND", /model "m"/],
    [400, "ENDPOINT_REFUSED", undefined],
  ] as const)(
    "gives up at %i with what the service said, without the key",
    async (status, code, hint) => {
      await using server = await answering(replies.failure(status, `no, not with ${KEY}`));
      await using model = await open(service, server);
      const error = await failureOf(model.write([REQUEST]));
      expect(error).toMatchObject({ kind: "model", code });
      expect(error.message).toContain(`was answered with ${status}: no, not with ***`);
      expect(JSON.stringify([error.message, error.hint, error.stack])).not.toContain("very");
      if (hint !== undefined) expect(error.hint).toMatch(hint);
      expect(server.seen).toHaveLength(1);
    },
  );

  test.each([429, 500, 503, 529])("tries again after %i, once a time", async (status) => {
    await using server = await answering(replies.failure(status, "later"), replies.text("Hi!"));
    await using model = await open(service, server);
    expect((await model.write([REQUEST]))[0]?.text).toBe("Hi!");
    expect(server.seen).toHaveLength(2);
  });

  test("takes a prompt that is too long for no failure", async () => {
    await using server = await answering(
      replies.failure(400, "This model's maximum context length is 2048 tokens."),
    );
    await using model = await open(service, server);
    expect(await model.write([REQUEST])).toEqual([null]);
  });

  test.each<readonly [string, Answer]>([
    ["no JSON", { text: "<html>" }],
    ["JSON of something else", { json: { hello: "you" } }],
    ["a cut connection", (response) => response.destroy()],
  ])("refuses %s", async (_, answer) => {
    await using server = await answering(answer);
    await using model = await open(service, server, { patienceSeconds: 0.1 });
    const { code, message } = await failureOf(model.write([REQUEST]));
    expect(code).toMatch(/^ENDPOINT_(BAD_REPLY|UNREACHABLE)$/);
    expect(message).toContain(server.url);
  });

  test("stops when it is told to, whatever the service does", async () => {
    await using server = await answering(() => {});
    await using model = await open(service, server);
    const stop = new AbortController();
    const writing = model.write([REQUEST, REQUEST], { signal: stop.signal });
    setTimeout(() => stop.abort(), 50);
    expect(await failureOf(writing)).toMatchObject({ kind: "interrupted" });
  });

  const { onlyReasoning } = replies;
  test.runIf(onlyReasoning !== undefined)(
    "says when reasoning left no room for the text",
    async () => {
      await using server = await answering(onlyReasoning as Answer);
      await using model = await open(service, server);
      const error = await failureOf(model.write([REQUEST]));
      expect(error).toMatchObject({ code: "TEXT_ALL_REASONING" });
      expect(error.hint).toContain("reasoningTokens");
    },
  );

  test("goes on with no plain text", async () => {
    await using server = await answering(replies.text("Hi!"));
    await using model = await open(service, server);
    const plain = { ...REQUEST, prompt: { kind: "text", text: "Say" } } as const;
    expect(await failureOf(model.write([plain]))).toMatchObject({ code: "NO_PLAIN_TEXT" });
    expect(server.seen).toEqual([]);
  });
});

test("room for reasoning is added to the limit, and the model stays the same", async () => {
  await using server = await answering(REPLIES.openai.text("Hi!"));
  await using model = await open("openai", server, { reasoningTokens: 1000 });
  await using other = await open("openai", server);
  await model.write([REQUEST]);
  expect(server.seen[0]?.body).toMatchObject({ max_tokens: 1020 });
  expect(model.identity).toEqual(other.identity);
});

test("an account without credit is no reason to wait", async () => {
  await using server = await answering({
    status: 429,
    json: { error: { message: "You exceeded your quota", code: "insufficient_quota" } },
  });
  await using model = await open("openai", server);
  expect(await failureOf(model.write([REQUEST]))).toMatchObject({ code: "ENDPOINT_REFUSED" });
  expect(server.seen).toHaveLength(1);
});

test("a server that counts no tokens is counted for", async () => {
  await using server = await answering({
    json: { choices: [{ index: 0, message: { role: "assistant", content: "Hi, you!" } }] },
  });
  await using model = await open("chat", server);
  const [written] = await model.write([REQUEST]);
  expect(written?.tokenCount).toBe(3);
  expect(written?.promptTokens).toBeGreaterThan(5);
});
