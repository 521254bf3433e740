import { readFileSync } from "node:fs";
import type { EncodeRequest, LanguageModel, Message } from "pmpo";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadSmollm2, type SmolLm2Format } from "../model.ts";
import { agreementOneByOne, agreementTogether, type RecordedRequest } from "./agreement.ts";

interface OwnText extends Required<EncodeRequest> {
  readonly name: string;
  readonly contextIds: readonly number[];
  readonly targetIds: readonly number[];
  readonly logProbs: readonly number[];
}

interface Conversation {
  readonly name: string;
  readonly messages: readonly Message[];
  readonly withGenerationPrompt: { readonly ids: readonly number[] };
}

interface TokenizedString {
  readonly text: string;
  readonly ids: readonly number[];
}

const golden = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../golden/${name}.json`, import.meta.url), "utf8"));

const { requests: ownTexts } = golden("own-texts") as { readonly requests: readonly OwnText[] };
const { conversations } = golden("chat-template") as {
  readonly conversations: readonly Conversation[];
};
const { strings } = golden("tokenizer") as { readonly strings: readonly TokenizedString[] };

const recorded: readonly RecordedRequest[] = ownTexts.map(
  ({ name, contextIds, targetIds, logProbs }) => ({
    id: name,
    context: Int32Array.from(contextIds),
    target: Int32Array.from(targetIds),
    logProbs,
  }),
);

const LIMITS: readonly [SmolLm2Format, largest: number, mean: number][] = [
  ["f16", 0.06, 0.005],
  // Its kernels round activations to eight bits: single tokens may be far off.
  ["q8_0", 3, 0.1],
];

describe.each(LIMITS)("SmolLM2 in %s and transformers in float32", (format, largest, mean) => {
  let model: LanguageModel;

  beforeAll(async () => {
    model = await loadSmollm2(format);
  });

  afterAll(async () => {
    await model[Symbol.asyncDispose]();
  });

  test("agree on the ids of every prompt and target", async () => {
    const encoded = await model.encode(ownTexts);
    expect(
      encoded.map(({ context, target }, index) => ({
        name: ownTexts[index]?.name,
        context: [...context],
        target: [...target],
      })),
    ).toEqual(
      ownTexts.map(({ name, contextIds, targetIds }) => ({
        name,
        context: contextIds,
        target: targetIds,
      })),
    );
  });

  test("agree on the ids of every conversation in the chat template", async () => {
    const encoded = await model.encode(
      conversations.map(({ messages }) => ({ prompt: { kind: "chat", messages } })),
    );
    expect(encoded.map(({ context }, index) => [conversations[index]?.name, [...context]])).toEqual(
      conversations.map(({ name, withGenerationPrompt: { ids } }) => [name, ids]),
    );
  });

  test("agree on the ids of every string, control tokens read as text", async () => {
    const encoded = await model.encode(
      strings.map(({ text }) => ({
        prompt: { kind: "text", text: "" },
        target: text,
        scoreEnd: false,
      })),
    );
    expect(encoded.map(({ target }, index) => [strings[index]?.text, [...target]])).toEqual(
      strings.map(({ text, ids }) => [text, ids]),
    );
  });

  test(`agree within ${mean} nats a token on average, one by one`, async () => {
    const agreement = await agreementOneByOne(model, recorded);
    expect(agreement.tokens).toBeGreaterThan(1300);
    expect(agreement.largest).toBeLessThanOrEqual(largest);
    expect(agreement.mean).toBeLessThanOrEqual(mean);
  });

  test(`agree within ${mean} nats a token on average, all in one call`, async () => {
    const agreement = await agreementTogether(model, recorded);
    expect(agreement.largest).toBeLessThanOrEqual(largest);
    expect(agreement.mean).toBeLessThanOrEqual(mean);
  });
});
