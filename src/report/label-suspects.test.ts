import { expect, test } from "vitest";
import { createRandom } from "../core/random.ts";
import type { ExampleLoss } from "../core/loss.ts";
import { lossOf } from "../core/loss.test-support.ts";
import { labelSuspects } from "./label-suspects.ts";

const random = createRandom(0, "suspects");

/** Losses of a prompt on thirty examples; those with these numbers are hard. */
function prompt(hard: readonly number[], picked = "no"): readonly ExampleLoss[] {
  return Array.from({ length: 30 }, (_, index) => {
    const isHard = hard.includes(index);
    const loss = (isHard ? 9 : 1) + random.float();
    return {
      ...lossOf(loss, String(index)),
      choice: {
        format: 0,
        decision: loss,
        picked: isHard ? picked : "yes",
        correct: !isHard,
        margin: isHard ? -1 : 1,
        brier: 1,
        confidence: 1,
      },
    };
  });
}

test("an example that stays hard under nearly every prompt is one, with what was picked instead", () => {
  const prompts = [...Array.from({ length: 7 }, () => prompt([3])), prompt([])];
  const [suspect, ...others] = labelSuspects(prompts);
  expect(others).toEqual([]);
  expect(suspect).toMatchObject({ exampleId: "3", pickedInstead: "no" });
  expect(suspect?.hardShare).toBeGreaterThan(0.85);
  expect(suspect?.lowestLoss).toBeLessThan(3);
});

test("examples that are hard by chance, now one and now another, are none", () => {
  expect(labelSuspects(Array.from({ length: 10 }, (_, index) => prompt([index])))).toEqual([]);
});

test("prompts that were left early count on what they were scored on", () => {
  const early = Array.from({ length: 5 }, () => prompt([3]).slice(0, 13));
  expect(labelSuspects(early).map(({ exampleId }) => exampleId)).toEqual(["3"]);
  expect(labelSuspects(early.map((losses) => losses.slice(0, 9)))).toEqual([]);
});

test("a few prompts say nothing", () => {
  expect(labelSuspects(Array.from({ length: 4 }, () => prompt([3])))).toEqual([]);
});
