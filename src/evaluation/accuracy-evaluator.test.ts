import { expect, test } from "vitest";
import type { Candidate } from "../core/candidate.ts";
import type { Example } from "../core/example.ts";
import { EXACT } from "../core/metric.ts";
import { NO_USAGE } from "../core/model.ts";
import { NO_MATERIAL } from "../core/objective.ts";
import type { Overflow } from "../core/task.ts";
import type { TextModel, TextRequest } from "../core/text-model.ts";
import { usageMeter } from "../core/usage-meter.ts";
import { accuracyEvaluator } from "./accuracy-evaluator.ts";
import type { Evaluator } from "./evaluator.ts";
import { builtInGrader } from "./metrics.ts";

const EXAMPLES: readonly Example[] = ["yes", "no", "yes"].map((target, index) => ({
  id: `e${index}`,
  inputs: { input: `input ${index}` },
  target,
}));

const SHOWN: Candidate = {
  instruction: "Say yes or no.",
  layout: { kind: "system" },
  demonstrations: ["a", "b"].map((id) => ({ id, inputs: { input: id }, target: "no" })),
};

/** Always says yes; takes so many messages at most. */
function writer(mostMessages = Infinity): { readonly model: TextModel; asked: TextRequest[] } {
  const asked: TextRequest[] = [];
  const model: TextModel = {
    identity: { name: "w", weights: "", format: "", engine: "", template: "" },
    capabilities: { chat: true, plain: false, parameters: 1 },
    countTokens: (texts) => Promise.resolve(texts.map(() => 1)),
    write: (requests, options) => {
      asked.push(...requests);
      options?.onUsage?.({ ...NO_USAGE, calls: requests.length });
      return Promise.resolve(
        requests.map(({ prompt }) => {
          const length = prompt.kind === "chat" ? prompt.messages.length : 0;
          if (length > mostMessages) return null;
          return { text: " Yes.\n", tokenCount: 2, finish: "end", promptTokens: length };
        }),
      );
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  return { model, asked };
}

function evaluatorOf(model: TextModel, overflow: Overflow = "error"): Evaluator {
  const task = { grade: builtInGrader(EXACT), overflow };
  return accuracyEvaluator(model, task, { maxTokens: 9, plainEnd: "line" });
}

test("the loss is 1 − the grade of the answer that the model writes, and nothing of likelihoods", async () => {
  const { model, asked } = writer();
  const meter = usageMeter({});
  const losses = await evaluatorOf(model).score(SHOWN, EXAMPLES, NO_MATERIAL, meter.call);
  expect(losses).toEqual([
    { exampleId: "e0", loss: 0, promptTokens: 6, answer: { text: "Yes.", score: 1 } },
    { exampleId: "e1", loss: 1, promptTokens: 6, answer: { text: "Yes.", score: 0 } },
    { exampleId: "e2", loss: 0, promptTokens: 6, answer: { text: "Yes.", score: 1 } },
  ]);
  expect(asked.map(({ maxTokens, sampling }) => [maxTokens, sampling.temperature])).toEqual([
    [9, 0],
    [9, 0],
    [9, 0],
  ]);
  expect(meter.total().calls).toBe(3);
});

test("a test says the same of the same answers, and asks once", async () => {
  const { model, asked } = writer();
  const tested = await evaluatorOf(model).test(SHOWN, EXAMPLES, NO_MATERIAL, {});
  expect(tested.answers.map(({ text, grade, loss }) => [text, grade.score, loss.loss])).toEqual([
    ["Yes.", 1, 0],
    ["Yes.", 0, 1],
    ["Yes.", 1, 0],
  ]);
  expect(tested.shortenedIds).toEqual([]);
  expect(asked).toHaveLength(3);
});

test("what does not fit is refused in the search, and shown fewer demonstrations where it was held out", async () => {
  const { model } = writer(4);
  const evaluator = evaluatorOf(model);
  await expect(evaluator.score(SHOWN, EXAMPLES, NO_MATERIAL, {})).rejects.toMatchObject({
    code: "CONTEXT_OVERFLOW",
    message: "example e0: the prompt and an answer do not fit the context of w",
  });
  const losses = await evaluator.scoreHeldOut(SHOWN, EXAMPLES, NO_MATERIAL, {});
  expect(losses.map(({ promptTokens }) => promptTokens)).toEqual([4, 4, 4]);
  const { shortenedIds } = await evaluator.test(SHOWN, EXAMPLES, NO_MATERIAL, {});
  expect(shortenedIds).toEqual(["e0", "e1", "e2"]);
  const allowed = evaluatorOf(model, "drop-demonstrations");
  expect(await allowed.score(SHOWN, EXAMPLES, NO_MATERIAL, {})).toHaveLength(3);
});

test("an example that does not fit by itself is refused in the search, and unanswered where it was held out", async () => {
  const { model } = writer(1);
  const evaluator = evaluatorOf(model, "drop-demonstrations");
  await expect(evaluator.score(SHOWN, EXAMPLES, NO_MATERIAL, {})).rejects.toMatchObject({
    code: "CONTEXT_OVERFLOW",
  });
  const { answers, shortenedIds } = await evaluator.test(SHOWN, EXAMPLES, NO_MATERIAL, {});
  expect(answers.map(({ text, grade }) => [text, grade.score])).toEqual([
    ["", 0],
    ["", 0],
    ["", 0],
  ]);
  expect(shortenedIds).toEqual(["e0", "e1", "e2"]);
});
