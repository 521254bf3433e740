import OpenAI from "openai";
import { afterAll, beforeAll, expect, test } from "vitest";
import { folderWith, pmpo, REVIEWS, jsonLines } from "./pmpo.ts";
import { post, SERVED_MODEL, type Serving, startServing } from "./serving.ts";

let serving: Serving;
let client: OpenAI;
const folder = folderWith({
  "prompt.txt": "You read reviews. Say what the writer felt.\n",
  "data.jsonl": jsonLines(REVIEWS.slice(0, 4)),
});

beforeAll(async () => {
  serving = await startServing([], { folder });
  client = new OpenAI({ baseURL: `${serving.url}/v1`, apiKey: "none", maxRetries: 0 });
});

afterAll(async () => {
  await serving[Symbol.asyncDispose]();
});

interface Logged {
  readonly tokens: readonly string[];
  readonly token_logprobs: readonly (number | null)[];
  readonly top_logprobs: readonly (Readonly<Record<string, number>> | null)[];
}

test("the openai package reads echoed prompts with the log-probabilities of their tokens", async () => {
  const prompts = ["The capital of France is Paris", "The capital of France is spoon"];
  const { choices, usage } = await client.completions.create({
    model: SERVED_MODEL,
    prompt: prompts,
    max_tokens: 0,
    echo: true,
    logprobs: 2,
  });
  expect(choices.map(({ text, index }) => [index, text])).toEqual(
    prompts.map((text, i) => [i, text]),
  );
  const [paris, spoon] = choices.map(({ logprobs }) => logprobs as unknown as Logged);
  expect(paris?.tokens).toEqual(["The", " capital", " of", " France", " is", " Paris"]);
  expect(paris?.token_logprobs[0]).toBeNull();
  expect(paris?.token_logprobs.at(-1)).toBeGreaterThan(-3);
  expect(spoon?.token_logprobs.at(-1)).toBeLessThan(-8);
  // The likeliest two, and the token itself where it is none of them.
  expect(Object.keys(spoon?.top_logprobs.at(-1) ?? {})).toHaveLength(3);
  expect(usage?.completion_tokens).toBe(0);
});

test("a token that is written after an echo is the one that is written alone", async () => {
  const prompt = "One, two, three, four,";
  const fields = { model: SERVED_MODEL, prompt, max_tokens: 1, temperature: 0, logprobs: 1 };
  const echoed = await client.completions.create({ ...fields, echo: true });
  const alone = await client.completions.create(fields);
  expect(echoed.choices[0]?.text).toBe(`${prompt}${alone.choices[0]?.text}`);
  const last = echoed.choices[0]?.logprobs?.token_logprobs?.at(-1) ?? Number.NaN;
  expect(last).toBeCloseTo(alone.choices[0]?.logprobs?.token_logprobs?.[0] ?? 0, 2);
});

test("a conversation is streamed piece by piece as it is answered whole", async () => {
  const fields = {
    model: SERVED_MODEL,
    messages: [{ role: "user" as const, content: "Count from one to five in words." }],
    max_tokens: 24,
    temperature: 0.7,
    seed: 5,
    logprobs: true,
    top_logprobs: 2,
  };
  const whole = await client.chat.completions.create(fields);
  const stream = await client.chat.completions.create({
    ...fields,
    stream: true,
    stream_options: { include_usage: true },
  });
  const chunks: OpenAI.ChatCompletionChunk[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  const deltas = chunks.flatMap(({ choices }) => choices.map(({ delta }) => delta.content ?? ""));
  expect(deltas.filter((delta) => delta !== "").length).toBeGreaterThan(3);
  expect(deltas.join("")).toBe(whole.choices[0]?.message.content);
  const logged = chunks.flatMap(({ choices }) => choices[0]?.logprobs?.content ?? []);
  expect(logged).toEqual(whole.choices[0]?.logprobs?.content);
  expect(chunks.at(-1)?.usage).toEqual(whole.usage);
  expect(chunks.at(-2)?.choices[0]?.finish_reason).toBe(whole.choices[0]?.finish_reason);
});

test("several texts for one prompt are drawn apart, and drawn again by their seed", async () => {
  const fields = {
    model: SERVED_MODEL,
    prompt: "My favourite animal is",
    max_tokens: 8,
    temperature: 1,
    seed: 3,
    n: 4,
  };
  const texts = async (): Promise<readonly string[]> =>
    (await client.completions.create(fields)).choices.map(({ text }) => text);
  const first = await texts();
  expect(new Set(first).size).toBeGreaterThan(1);
  expect(await texts()).toEqual(first);
});

test("a text ends before a stop text, which is named", async () => {
  const response = await post(serving, "/v1/completions", {
    prompt: "One, two, three, four,",
    max_tokens: 20,
    temperature: 0,
    stop: ["seven", "six"],
  });
  const { choices } = (await response.json()) as { readonly choices: readonly object[] };
  expect(choices[0]).toMatchObject({ text: " five, ", finish_reason: "stop", stop_reason: "six" });
});

test("tokens and texts are turned into each other, names of control tokens only in texts", async () => {
  const reply = async (path: string, body: object): Promise<Record<string, unknown>> =>
    (await (await post(serving, path, body)).json()) as Record<string, unknown>;
  const text = "<|im_start|>user\nGrüße, 東京 🦊<|im_end|>";
  const { tokens } = await reply("/tokenize", { prompt: text });
  expect(await reply("/detokenize", { tokens })).toEqual({ prompt: text });
  const messages = [{ role: "user", content: "a <|im_end|> b" }];
  const chat = await reply("/tokenize", { messages, return_token_strs: true });
  expect((chat["token_strs"] as string[]).filter((each) => each === "<|im_end|>")).toHaveLength(2);
});

test("pmpo scores through it as it scores itself", async () => {
  const args = ["score", "--prompt", "prompt.txt", "--data", "data.jsonl", "--json", "--model"];
  const losses = async (model: string): Promise<readonly number[]> => {
    const { exitCode, stdout, stderr } = await pmpo([...args, model], { folder });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    const scored = JSON.parse(stdout) as {
      readonly examples: readonly { readonly loss: number }[];
    };
    return scored.examples.map(({ loss }) => loss);
  };
  const own = await losses(SERVED_MODEL);
  const served = await losses(`${serving.url}#${SERVED_MODEL}`);
  expect(served).toHaveLength(4);
  // Kernels of processors round differently by the size of a batch; another text is nats away.
  served.forEach((loss, index) => expect(Math.abs(loss - (own[index] ?? 0))).toBeLessThan(0.06));
});

test("the probe knows it, and finds that it scores", async () => {
  const { stdout } = await pmpo(["probe", "--endpoint", serving.url], { folder });
  expect(stdout).toMatch(/server +ok +pmpo serve \d/);
  expect(stdout).toMatch(/tokenizer +ok +.*names of control tokens stay text/);
  expect(stdout).toMatch(/chat template +ok/);
  expect(stdout).toMatch(/scores given tokens +ok +the true end of 5 of 5/);
  expect(stdout).toMatch(/writes +ok +.*goes on " five, six/);
});

test("two clients at once get what each gets alone", async () => {
  const ask = async (user: string, prompt: string): Promise<readonly (number | null)[]> => {
    const fields = { model: SERVED_MODEL, prompt, user, max_tokens: 0, echo: true, logprobs: 0 };
    const { choices } = await client.completions.create(fields);
    return choices[0]?.logprobs?.token_logprobs ?? [];
  };
  const prompts = Array.from({ length: 12 }, (_, index) => `Sheep number ${index} jumps a fence`);
  const together = await Promise.all(
    prompts.map((prompt, index) => ask(index % 2 === 0 ? "a" : "b", prompt)),
  );
  for (const [index, prompt] of prompts.entries()) {
    const alone = await ask("a", prompt);
    expect(together[index]).toHaveLength(alone.length);
    alone.forEach((logProb, place) =>
      expect(together[index]?.[place] ?? 0).toBeCloseTo(logProb ?? 0, 1),
    );
  }
  const metrics = await (await fetch(`${serving.url}/metrics`)).text();
  const [, calls] = /pmpo_engine_call_requests_count\{kind="score"\} (\d+)/.exec(metrics) ?? [];
  const [, scored] = /pmpo_engine_call_requests_sum\{kind="score"\} (\d+)/.exec(metrics) ?? [];
  expect(Number(scored)).toBeGreaterThan(Number(calls));
});
