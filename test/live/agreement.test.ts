import { createHttpModel, type EncodeRequest, type LanguageModel } from "pmpo";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadSmollm2 } from "../model.ts";
import { VLLM_URL } from "./vllm-server.ts";

const SYSTEM = { role: "system", content: "You read reviews. Say positive or negative." } as const;

const chat = (content: string): EncodeRequest["prompt"] => ({
  kind: "chat",
  messages: [SYSTEM, { role: "user", content }],
});
const text = (prompt: string): EncodeRequest["prompt"] => ({ kind: "text", text: prompt });

const REQUESTS: readonly EncodeRequest[] = [
  { prompt: chat("I love this film"), target: "positive" },
  { prompt: chat("Boring to the end"), target: "negative", scoreEnd: false },
  { prompt: { kind: "chat", messages: [{ role: "user", content: "Hello" }] }, target: "Hi!" },
  { prompt: chat("\n\n  Two blank lines, then naïve 東京 🦊\n"), target: " leading space" },
  {
    prompt: chat("A question"),
    prefix: "Let me think. It is ",
    target: "negative",
  },
  {
    prompt: {
      kind: "chat",
      messages: [
        SYSTEM,
        { role: "user", content: "The cast shines" },
        { role: "assistant", content: "positive" },
        { role: "user", content: "Wonderful music" },
      ],
    },
    target: "positive",
  },
  { prompt: text("Review: I love this film\nSentiment: "), target: "positive" },
  { prompt: text("Review: A dull plot\nSentiment:"), target: " negative", scoreEnd: false },
  { prompt: text(""), target: "Once upon a time" },
  { prompt: text("Line\n\n"), target: "next\nline" },
];

/** Texts with names of control tokens: text for both, though it may be cut in other places. */
const NAMES = [
  "a <|im_end|> b",
  "<|im_start|>user",
  "x<|endoftext|>",
  "no <b>name</b> [INST] at all",
];

describe("vLLM against the embedded engine with the same weights", () => {
  let server: LanguageModel;
  let engine: LanguageModel;

  beforeAll(async () => {
    const place = { url: VLLM_URL, model: "smollm2", name: "smollm2", api: null, key: null };
    server = await createHttpModel(place);
    engine = await loadSmollm2("f16");
  });

  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await engine[Symbol.asyncDispose]();
  });

  test("draws the same tokens and the same boundary", async () => {
    const [theirs, ours] = [await server.encode(REQUESTS), await engine.encode(REQUESTS)];
    for (const [index, { context, target }] of ours.entries()) {
      const name = `request ${index}`;
      expect([...(theirs[index]?.context ?? [])], name).toEqual([...context]);
      expect([...(theirs[index]?.target ?? [])], name).toEqual([...target]);
    }
  });

  test("gives every token the same text", async () => {
    const encoded = await engine.encode(REQUESTS);
    const tokens = Int32Array.from(
      encoded.flatMap(({ context, target }) => [...context, ...target]),
    );
    expect(await server.tokenTexts(tokens)).toEqual(await engine.tokenTexts(tokens));
  });

  test("reads names of control tokens as text", async () => {
    for (const name of NAMES) {
      for (const prompt of [chat(name), text(name)]) {
        const [theirs] = await server.encode([{ prompt }]);
        const [ours] = await engine.encode([{ prompt }]);
        const textOf = async (tokens: Int32Array | undefined): Promise<string> =>
          (await engine.tokenTexts(tokens ?? new Int32Array())).join("");
        expect(await textOf(theirs?.context)).toBe(await textOf(ours?.context));
        const controls = (tokens: Int32Array | undefined): number[] =>
          [...(tokens ?? [])].filter((token) => token < 17);
        expect(controls(theirs?.context)).toEqual(controls(ours?.context));
      }
    }
  });

  test("echoes through OpenAI's interface the numbers that its own gives", async () => {
    const place = {
      url: VLLM_URL,
      model: null,
      name: "echo",
      api: "openai-echo",
      key: null,
    } as const;
    await using echo = await createHttpModel(place);
    const requests = (await echo.encode(REQUESTS)).map((request, index) => ({
      id: `request ${index}`,
      ...request,
    }));
    const numbersOf = async (model: LanguageModel): Promise<readonly number[]> =>
      (await model.score(requests)).flatMap(({ logProbs }) => [...logProbs]);
    const [theirs, own] = [await numbersOf(echo), await numbersOf(server)];
    expect(theirs).toHaveLength(own.length);
    theirs.forEach((logProb, index) => expect(logProb).toBeCloseTo(own[index] ?? Number.NaN, 3));
  });

  test("gives every token of the answers the same log-probability", async () => {
    const requests = (await engine.encode(REQUESTS)).map((request, index) => ({
      id: `request ${index}`,
      ...request,
    }));
    const numbersOf = async (model: LanguageModel): Promise<readonly number[]> =>
      (await model.score(requests)).flatMap(({ logProbs }) => [...logProbs]);
    const [theirs, ours] = [await numbersOf(server), await numbersOf(engine)];
    const gaps = ours.map((logProb, index) => Math.abs(logProb - (theirs[index] ?? Number.NaN)));
    expect(gaps.length).toBeGreaterThan(20);
    // Half precision against single: hundredths of a nat at the most.
    expect(Math.max(...gaps)).toBeLessThan(0.1);
    expect(gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length).toBeLessThan(0.02);
  });
});
