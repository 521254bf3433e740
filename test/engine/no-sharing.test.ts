import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LanguageModel, ScoreRequest } from "pmpo";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadModel } from "../model.ts";
import { tinyModel } from "./tiny-model.ts";

const ARCHITECTURES = [
  [
    "gemma2",
    {
      prefixSharing: true,
      sharingBelowTokens: 16,
      prefixSharingNote:
        "where a request is not shorter than the 16 tokens of the model's sliding window",
    },
    "prefixes shared below 16 tokens",
  ],
  [
    "mamba",
    { prefixSharing: false, prefixSharingNote: "the model keeps a recurrent state" },
    "no sharing",
  ],
] as const;

describe.each(ARCHITECTURES)("a %s model, whose prefixes cannot be shared", (name, can, engine) => {
  const folder = mkdtempSync(join(tmpdir(), "pmpo-tiny-"));
  let model: LanguageModel;
  let requests: readonly ScoreRequest[];

  beforeAll(async () => {
    const path = join(folder, `${name}.gguf`);
    writeFileSync(path, tinyModel(name));
    model = await loadModel(path);
    const prompt = "A prompt that is longer than the window of the model. ";
    const encoded = await model.encode(
      ["one", "one and two", "three", "one"].map((target) => ({
        prompt: { kind: "text", text: prompt },
        target,
      })),
    );
    requests = encoded.map((request, index) => ({ id: `request ${index}`, ...request }));
  });

  afterAll(async () => {
    await model[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  });

  test("says so", () => {
    expect(model.capabilities).toMatchObject(can);
    expect(model.capabilities.chat).toBe(false);
    expect(model.identity.engine).toContain(engine);
  });

  test("evaluates every request whole and gives each the bits it has alone", async () => {
    const evaluated: number[] = [];
    const together = await model.score(requests, {
      onUsage: ({ evaluatedTokens }) => evaluated.push(evaluatedTokens),
    });
    const whole = requests.map(({ context, target }) => context.length + target.length - 1);
    expect(evaluated).toEqual([whole.reduce((sum, length) => sum + length, 0)]);
    for (const [index, request] of requests.entries()) {
      const [alone] = await model.score([request]);
      expect([...(alone?.logProbs ?? [])]).toEqual([...(together[index]?.logProbs ?? [])]);
    }
    expect(together[0]).toEqual(together[3]);
  });

  test("writes the same greedy text for a prompt, however many are asked for", async () => {
    const ask = (id: string): Parameters<LanguageModel["generate"]>[0][number] => ({
      id,
      context: requests[0]?.context ?? new Int32Array(),
      maxTokens: 8,
      sampling: { temperature: 0, topP: 1, topK: 0, minP: 0 },
      seed: 0,
      stop: [],
    });
    const [first, second] = await model.generate([ask("first"), ask("second")]);
    const [alone] = await model.generate([ask("alone")]);
    expect(first?.tokenCount).toBeGreaterThan(0);
    expect(second).toEqual(first);
    expect(alone).toEqual(first);
  });

  test("refuses conversations, for it has no chat template", async () => {
    const messages = [{ role: "user" as const, content: "Hello" }];
    await expect(model.encode([{ prompt: { kind: "chat", messages } }])).rejects.toThrow(
      "This model has no chat template: it is a base model",
    );
  });
});
