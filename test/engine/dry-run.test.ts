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

test("a dry run forgets prefixes where the engine has no more room for them", async () => {
  const counts = async (of: LanguageModel): Promise<readonly number[]> => {
    const evaluated: number[] = [];
    // More tokens than are kept; then the first again, which is gone, and the last, which is not.
    for (const message of [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 9]) {
      const context = Int32Array.from({ length: 650 }, (_, index) => 1000 + message + (index % 7));
      await of.score([{ id: "long", context, target: Int32Array.of(1000) }], {
        onUsage: ({ evaluatedTokens }) => evaluated.push(evaluatedTokens),
      });
    }
    return evaluated;
  };
  const dry = dryRun(model, {
    score: (requests) => requests.map(() => ({ logProbs: new Float64Array(1) })),
    generate: () => [],
  });
  const [real, supposed] = [await counts(model), await counts(dry)];
  expect(supposed).toEqual(real);
  expect(real.at(-2)).toBe(650);
  expect(real.at(-1)).toBeLessThan(100);
});
