import { createHttpModel, type LanguageModel } from "pmpo";
import { LANGUAGE_MODEL_CONTRACT } from "pmpo/testing";
import { afterAll, beforeAll, describe, test } from "vitest";
import { VLLM_URL } from "./vllm-server.ts";

describe("vLLM with SmolLM2 in float32", () => {
  let model: LanguageModel;

  beforeAll(async () => {
    model = await createHttpModel({
      url: VLLM_URL,
      model: null,
      name: "smollm2",
      api: null,
      key: null,
    });
  });

  afterAll(async () => {
    await model[Symbol.asyncDispose]();
  });

  test.each(LANGUAGE_MODEL_CONTRACT)("$name", async (contractCase) => {
    await contractCase.run(model);
  });
});
