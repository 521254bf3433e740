import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Example } from "../core/example.ts";
import { EXACT, type GivenAnswer, type Grader } from "../core/metric.ts";
import type { LanguageModel } from "../core/model.ts";
import { builtInGrader } from "./metrics.ts";
import { otherTargets } from "./negatives.ts";

const examplesOf = (targets: readonly string[]): readonly Example[] =>
  targets.map((target, index) => ({ id: String(index), inputs: { input: "x" }, target }));

const settings = (count: number, grade: Grader = builtInGrader(EXACT)) => ({
  grade,
  count,
  seed: 7,
  model: {} as LanguageModel,
  call: {},
});

test("wrong answers are other targets, as many as there are up to the count, each once", async () => {
  const targets = fc.array(fc.constantFrom("a", "b", "c", "d", "A."), { minLength: 1 });
  await fc.assert(
    fc.asyncProperty(targets, fc.integer({ min: 1, max: 5 }), async (drawn, count) => {
      const examples = examplesOf(drawn);
      const negatives = await otherTargets(examples, examples, settings(count));
      const key = (text: string): string => text.toLowerCase().replace(".", "");
      for (const { id, target } of examples) {
        const wrong = [...new Set(drawn)].filter((text) => key(text) !== key(target));
        const found = negatives[id] ?? [];
        expect(found).toHaveLength(Math.min(count, wrong.length));
        expect(new Set(found).size).toBe(found.length);
        expect(wrong).toEqual(expect.arrayContaining([...found]));
      }
    }),
  );
});

test("no text is graded once there are enough, and every round is one call", async () => {
  const rounds: (readonly GivenAnswer[])[] = [];
  const grade: Grader = async (answers) => {
    rounds.push(answers);
    return answers.map(({ example }) => ({ score: 0, isRight: example.id === "1" }));
  };
  const examples = examplesOf(["a", "b", "c"]);
  const negatives = await otherTargets(examples, examples, settings(2, grade));
  expect(negatives["0"]).toHaveLength(2);
  expect(negatives["1"]).toEqual([]);
  expect(rounds.map((round) => round.map(({ example }) => example.id))).toEqual([
    ["0", "1", "2"],
    ["0", "1", "2"],
    ["1"],
  ]);
});
