import { expect, test } from "vitest";
import { JUDGE } from "../core/metric.ts";
import type { LanguageModel } from "../core/model.ts";
import { CROSS_ENTROPY } from "../core/objective.ts";
import type { Task } from "../core/task.ts";
import { questionLengths } from "../evaluation/judge-metric.ts";
import { builtInGrader } from "../evaluation/metrics.ts";
import { fakeModel } from "../optimizer/fake-model.test-support.ts";
import { checkJudgeFit } from "./check-fit.ts";

const EXAMPLES = ["one", "two"].map((id) => ({
  id,
  inputs: { input: id },
  target: "eleven letters",
}));

const TASK: Task = {
  name: "",
  description: "",
  start: { instruction: "Say it.", layout: { kind: "system" }, demonstrations: [] },
  data: { train: EXAMPLES, demonstrations: [], validation: [], test: EXAMPLES },
  fieldNames: { inputs: ["input"], target: "target" },
  objective: CROSS_ENTROPY,
  answers: "generated",
  metric: JUDGE,
  grade: builtInGrader({ kind: "exact", normalise: true }),
  options: null,
  search: { instruction: true, layout: true, demonstrations: { minimum: 0, maximum: 0 } },
  overflow: "error",
  length: { penalty: 0, maximumTokens: null },
};

/** A model with a token for so many characters. */
function reading(charactersPerToken: number, contextTokens = 10_000): LanguageModel {
  const tokensOf = (text: string): Int32Array =>
    new Int32Array(Math.ceil(text.length / charactersPerToken));
  return {
    ...fakeModel(() => 0, contextTokens),
    encode: (requests) =>
      Promise.resolve(
        requests.map(({ prompt, target = "" }) => ({
          context: tokensOf(
            prompt.kind === "text"
              ? prompt.text
              : prompt.messages.map(({ content }) => content).join("\n"),
          ),
          target: tokensOf(target),
        })),
      ),
  };
}

test("the judge needs room for the longest answer in its own tokens", async () => {
  const model = reading(7);
  // Answers of 14 characters: at most 1.5 × 2 + 8 tokens of the model, each as long as 7 of the judge.
  const room = 11 * 7;
  const lengths = await questionLengths(reading(1), JUDGE, EXAMPLES);
  const enough = Math.max(...lengths) + room;
  await expect(checkJudgeFit(reading(1, enough), model, TASK)).resolves.toBeUndefined();
  await expect(checkJudgeFit(reading(1, enough - 1), model, TASK)).rejects.toMatchObject({
    code: "CONTEXT_OVERFLOW",
    message: expect.stringContaining("the judge's question about example") as string,
  });
});

test("a judge whose tokens are longer needs no less room than the model's limit says", async () => {
  const [length = 0] = await questionLengths(reading(7), JUDGE, EXAMPLES.slice(0, 1));
  const task = { ...TASK, data: { ...TASK.data, test: EXAMPLES.slice(0, 1) } };
  const model = reading(1);
  const limit = 1.5 * 14 + 8;
  await expect(checkJudgeFit(reading(7, length + limit), model, task)).resolves.toBeUndefined();
  await expect(checkJudgeFit(reading(7, length + limit - 1), model, task)).rejects.toThrow();
});
