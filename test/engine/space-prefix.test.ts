import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LanguageModel } from "pmpo";
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadModel } from "../model.ts";
import { tinyModel } from "./tiny-model.ts";

/** A SentencePiece tokenizer that puts a space in front of every text it is given. */
let model: LanguageModel;
const folder = mkdtempSync(join(tmpdir(), "pmpo-space-"));

beforeAll(async () => {
  const path = join(folder, "tiny.gguf");
  writeFileSync(path, tinyModel("mamba"));
  model = await loadModel(path);
});

afterAll(async () => {
  await model[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

test.each(["Output: ", "Output:", "a\n"])(
  "an answer behind %j gets no space that is not in the text",
  async (text) => {
    const target = "yes, no";
    const prompt = { kind: "text", text } as const;
    const whole = { kind: "text", text: `${text}${target}` } as const;
    const [apart, together] = await model.encode([
      { prompt, target, scoreEnd: false },
      { prompt: whole },
    ]);
    expect([...(apart?.context ?? []), ...(apart?.target ?? [])]).toEqual([
      ...(together?.context ?? []),
    ]);
  },
);

test("a plain answer ends with one line break", async () => {
  const [encoded] = await model.encode([
    { prompt: { kind: "text", text: "Output:" }, target: " yes" },
  ]);
  const texts = await model.tokenTexts(encoded?.target ?? new Int32Array());
  expect(texts.slice(-2)).toEqual(["s", "\n"]);
});
