import { createHttpModel, type EncodeRequest, type LanguageModel } from "pmpo";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadModel, smollm2 } from "../model.ts";
import { LLAMA_SERVER, LLAMA_SERVER_URL, startLlamaServer } from "./llama-server.ts";

const text = (prompt: string, target: string): EncodeRequest => ({
  prompt: { kind: "text", text: prompt },
  target,
});
const chat = (content: string, target: string): EncodeRequest => ({
  prompt: {
    kind: "chat",
    messages: [
      { role: "system", content: "You read reviews. Say positive or negative." },
      { role: "user", content },
    ],
  },
  target,
});

const PLAIN = [
  text("One, two, three,", " four, five, six"),
  { ...text("The capital of France is", " Paris"), scoreEnd: false },
  { ...text("Monday, Tuesday, Wednesday,", " Thursday, Friday, Saturday"), scoreEnd: false },
  text("Review: A dull plot\nSentiment:", " negative"),
  text("Name a colour.\nColour:", " a spoon of purple 東京 🦊"),
];
const CHATS = [
  chat("It was fine, I think", "The review is positive."),
  chat("It was fine", "I'm glad you enjoyed it!"),
  chat("Boring to the end", "negative"),
  chat("Never again", "Größe 東京 🦊"),
];

interface Answers {
  readonly logProb: number;
  readonly tokens: number;
  readonly bounded: number;
}

async function scored(
  model: LanguageModel,
  requests: readonly EncodeRequest[],
): Promise<readonly Answers[]> {
  const encoded = await model.encode(requests);
  const results = await model.score(
    encoded.map((each, index) => ({ id: `request ${index}`, ...each })),
  );
  return results.map(({ logProbs, estimate }) => ({
    logProb: logProbs.reduce((sum, each) => sum + each, 0),
    tokens: estimate?.tokens ?? logProbs.length,
    bounded: estimate?.bounded ?? 0,
  }));
}

describe.skipIf(LLAMA_SERVER === undefined)(
  "llama-server that is asked for each next token",
  () => {
    let process: AsyncDisposable;
    let engine: LanguageModel;

    beforeAll(async () => {
      const path = await smollm2("f16");
      process = await startLlamaServer(path);
      engine = await loadModel(path);
    });

    afterAll(async () => {
      await engine[Symbol.asyncDispose]();
      await process[Symbol.asyncDispose]();
    });

    test.each([
      ["completions-stepwise", PLAIN],
      ["chat-stepwise", CHATS],
    ] as const)(
      "%s agrees with the engine where nothing has a bound, and is never below it",
      async (api, requests) => {
        const place = { url: LLAMA_SERVER_URL, model: null, name: api, key: null };
        await using server = await createHttpModel({ ...place, api, stepwise: true });
        const [theirs, ours] = [await scored(server, requests), await scored(engine, requests)];
        const exact = theirs.filter(({ bounded }) => bounded === 0);
        expect(exact.length).toBeGreaterThanOrEqual(2);
        expect(theirs.at(-1)?.bounded).toBeGreaterThan(0);
        theirs.forEach(({ logProb, tokens, bounded }, index) => {
          const own = ours[index];
          if (bounded > 0) {
            expect(logProb).toBeGreaterThan((own?.logProb ?? Number.NaN) - 0.05);
            return;
          }
          expect(tokens).toBe(own?.tokens);
          expect(Math.abs(logProb - (own?.logProb ?? Number.NaN))).toBeLessThan(0.05);
        });
      },
    );
  },
);
