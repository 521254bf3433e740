import type { LanguageModel } from "pmpo";
import { LANGUAGE_MODEL_CONTRACT } from "pmpo/testing";
import { afterAll, beforeAll, describe, test } from "vitest";
import { loadSmollm2 } from "../model.ts";

describe.each(["f16", "q8_0"] as const)("the embedded engine with SmolLM2 in %s", (format) => {
  let model: LanguageModel;

  beforeAll(async () => {
    model = await loadSmollm2(format);
  });

  afterAll(async () => {
    await model[Symbol.asyncDispose]();
  });

  test.each(LANGUAGE_MODEL_CONTRACT)("$name", async (contractCase) => {
    await contractCase.run(model);
  });
});
