import type { EncodeRequest, LanguageModel } from "pmpo";
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadSmollm2 } from "../model.ts";

let model: LanguageModel;

beforeAll(async () => {
  model = await loadSmollm2("q8_0");
});

afterAll(async () => {
  await model[Symbol.asyncDispose]();
});

const PREFIXES = [
  "Half of 48 is 24, and 48 + 24 = 72.\nThe answer is ",
  "48/2 = <<48/2=24>>24 clips in May.\n#### ",
  "<|im_end|> is no end here: 12 x 4\n\nSo: ",
  "",
];

const PROMPTS: readonly EncodeRequest["prompt"][] = [
  { kind: "chat", messages: [{ role: "user", content: "How many clips?" }] },
  { kind: "text", text: "Question: How many clips?\nAnswer:" },
  { kind: "text", text: "Question: How many clips?\nAnswer: " },
];

const requests = PROMPTS.flatMap((prompt) =>
  PREFIXES.flatMap((prefix) =>
    ["72", "seventy-two clips"].map((target) => ({ prompt, prefix, target })),
  ),
);

test("a begun answer and its rest are the very tokens of the whole answer", async () => {
  const cut = await model.encode(requests);
  const whole = await model.encode(
    requests.map(({ prompt, prefix, target }) => ({ prompt, target: prefix + target })),
  );
  expect(cut).toHaveLength(24);
  const joined = (encoded: typeof cut): readonly (readonly number[])[] =>
    encoded.map(({ context, target }) => [...context, ...target]);
  expect(joined(cut)).toEqual(joined(whole));
});

test("the target's tokens are the same behind every prompt and every reasoning with that cue", async () => {
  const cue = "\nThe answer is ";
  const encoded = await model.encode(
    ["It is 72.", "I cannot say", "48 + 24\n\n"].map((reasoning) => ({
      prompt: PROMPTS[0] as EncodeRequest["prompt"],
      prefix: reasoning + cue,
      target: "72",
    })),
  );
  const texts = await model.tokenTexts(encoded[0]?.target ?? new Int32Array());
  expect(texts.join("")).toBe(" 72<|im_end|>");
  for (const { target } of encoded) expect([...target]).toEqual([...(encoded[0]?.target ?? [])]);
});
