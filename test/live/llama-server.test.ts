import { createHttpModel, type EncodeRequest, type LanguageModel } from "pmpo";
import { LANGUAGE_MODEL_CONTRACT } from "pmpo/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadModel, smollm2 } from "../model.ts";
import { LLAMA_SERVER, LLAMA_SERVER_URL, startLlamaServer } from "./llama-server.ts";

const chat = (content: string): EncodeRequest["prompt"] => ({
  kind: "chat",
  messages: [
    { role: "system", content: "You read reviews. Say positive or negative." },
    { role: "user", content },
  ],
});

const REQUESTS: readonly EncodeRequest[] = [
  { prompt: chat("I love this film"), target: "positive" },
  { prompt: chat("Boring to the end"), target: "negative", scoreEnd: false },
  { prompt: chat("\n\n  Two blank lines, then naïve 東京 🦊\n"), target: "Größe 東京 🦊" },
  { prompt: { kind: "text", text: "Review: A dull plot\nSentiment:" }, target: " negative" },
  { prompt: { kind: "text", text: "One, two, three," }, target: " spoon and a purple <|im_end|>" },
];

describe.skipIf(LLAMA_SERVER === undefined)("llama-server that is made to write answers", () => {
  let process: AsyncDisposable;
  let server: LanguageModel;
  let engine: LanguageModel;

  beforeAll(async () => {
    const path = await smollm2("f16");
    process = await startLlamaServer(path);
    const api = "llama-server";
    server = await createHttpModel({
      url: LLAMA_SERVER_URL,
      model: null,
      name: api,
      api,
      key: null,
    });
    engine = await loadModel(path);
  });

  afterAll(async () => {
    await engine[Symbol.asyncDispose]();
    await process[Symbol.asyncDispose]();
  });

  test("draws the same tokens and the same boundary as the engine", async () => {
    expect(await server.encode(REQUESTS)).toEqual(await engine.encode(REQUESTS));
  });

  test("gives every token of the answers the log-probability that the engine gives it", async () => {
    const requests = (await engine.encode(REQUESTS)).map((each, index) => ({
      id: `request ${index}`,
      ...each,
    }));
    const numbersOf = async (model: LanguageModel): Promise<readonly number[]> =>
      (await model.score(requests)).flatMap(({ logProbs }) => [...logProbs]);
    const [theirs, ours] = [await numbersOf(server), await numbersOf(engine)];
    const gaps = ours.map((logProb, index) => Math.abs(logProb - (theirs[index] ?? Number.NaN)));
    expect(Math.min(...ours)).toBeLessThan(-8);
    expect(gaps.length).toBeGreaterThan(25);
    expect(Math.max(...gaps)).toBeLessThan(0.05);
  });

  test.each(LANGUAGE_MODEL_CONTRACT)("$name", async (contractCase) => {
    await contractCase.run(server);
  });
});
