import assert from "node:assert/strict";
import { PmpoError } from "../core/errors.ts";
import type { LanguageModel } from "../core/model.ts";
import { GENERATION_CASES } from "./generation-contract.ts";
import { SCORING_CASES } from "./scoring-contract.ts";

/** One thing that every language model must do; `run` rejects when it does not. */
export interface ContractCase {
  readonly name: string;
  run(model: LanguageModel): Promise<void>;
}

/**
 * What holds for every implementation of `LanguageModel`, as cases for any test runner. They are
 * written for an instruction model of a few thousand tokens of context and ask nothing of its
 * knowledge. The last case closes the model: run them in order, on one model.
 */
export const LANGUAGE_MODEL_CONTRACT: readonly ContractCase[] = [
  ...SCORING_CASES,
  ...GENERATION_CASES,
  {
    name: "a closed model refuses calls instead of hanging, and may be closed twice",
    run: async (model) => {
      const [request] = await model.encode([
        { prompt: { kind: "text", text: "One" }, target: " two" },
      ]);
      assert.ok(request);
      await model[Symbol.asyncDispose]();
      await assert.rejects(model.score([{ id: "late", ...request }]), PmpoError);
      await model[Symbol.asyncDispose]();
    },
  },
];
