import { dryRun, type LanguageModel, type ScoreRequest, type Usage } from "pmpo";
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadSmollm2 } from "../model.ts";

let model: LanguageModel;

beforeAll(async () => {
  model = await loadSmollm2("q8_0");
});

afterAll(async () => {
  await model[Symbol.asyncDispose]();
});

const INSTRUCTION = "You sort messages of customers into teams. Answer with one word. ";
const MESSAGES = ["Where is my parcel?", "I was charged twice.", "The app closes at once."];

async function requestsFor(repeats: number, target: string): Promise<readonly ScoreRequest[]> {
  const encoded = await model.encode(
    MESSAGES.map((content) => ({
      prompt: {
        kind: "chat" as const,
        messages: [
          { role: "system" as const, content: INSTRUCTION.repeat(repeats) },
          { role: "user" as const, content: content.repeat(4) },
        ],
      },
      target,
    })),
  );
  return encoded.map((each, index) => ({ id: String(index), ...each }));
}

/** What calls cost one after the other, the same ones on each model. */
async function costs(of: LanguageModel): Promise<readonly Usage[]> {
  const usages: Usage[] = [];
  const onUsage = (usage: Usage): void => {
    usages.push(usage);
  };
  for (const [repeats, target] of [
    [1, "shipping"],
    [12, "shipping"],
    [12, "billing"],
    [6, "technical"],
  ] as const) {
    await of.score(await requestsFor(repeats, target), { onUsage });
  }
  const contexts = (await requestsFor(12, "none")).map(({ context }) => context);
  await of.generate(
    contexts.map((context, index) => ({
      id: String(index),
      context,
      maxTokens: 5,
      sampling: { temperature: 0, topP: 1, topK: 0, minP: 0 },
      seed: 0,
      stop: [],
    })),
    { onUsage },
  );
  return usages;
}

test("a dry run counts to the token what the engine evaluates, prefixes of earlier calls included", async () => {
  const real = await costs(model);
  const written = real.at(-1)?.generatedTokens ?? 0;
  const dry = dryRun(model, {
    score: (requests) =>
      requests.map(({ target }) => ({ logProbs: new Float64Array(target.length).fill(-1) })),
    generate: (requests) =>
      requests.map((_, index) => ({
        text: "",
        // As many as the model wrote, on whichever request.
        tokenCount: index === 0 ? written - requests.length + 1 : 1,
        finish: "end",
      })),
  });
  expect(await costs(dry)).toEqual(real);
  expect(real[2]?.evaluatedTokens).toBeLessThan(real[1]?.evaluatedTokens ?? 0);
});
