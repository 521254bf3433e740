import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Candidate, candidateKey } from "../../core/candidate.ts";
import { createRandom } from "../../core/random.ts";
import { combinationSpace } from "./combination-space.ts";
import { drawCombinations, type TriedPrompt } from "./combine.ts";
import { mergeInstructions } from "./merge-instructions.ts";

const START: Candidate = {
  instruction: "Read the review. Be fair.",
  layout: { kind: "system" },
  demonstrations: [],
};
const SHOWN = [{ id: "p1", inputs: { review: "fine" }, target: "positive" }];
const EXAMPLES = Array.from({ length: 20 }, (_, index) => String(index));

const tried = (changes: Partial<Candidate>, lossOf: (example: number) => number): TriedPrompt => ({
  candidate: { ...START, ...changes },
  losses: EXAMPLES.map((exampleId, example) => ({
    exampleId,
    loss: lossOf(example),
    crossEntropy: lossOf(example),
    targetTokens: 1,
    targetBytes: 1,
    promptTokens: 10,
  })),
});
const start = tried({}, () => 4);

describe("combinations", () => {
  test("put together what helped, and leave out what hurt", () => {
    const prompts = [
      start,
      tried({ layout: { kind: "user" } }, () => 2),
      tried({ layout: { kind: "user-last" } }, () => 6),
      tried({ demonstrations: SHOWN }, () => 1),
      tried({ instruction: "Read the review. Be fair. One word." }, () => 3),
      tried({ instruction: "Read the review." }, () => 3.5),
    ];
    const [best] = drawCombinations(prompts, start, 1, createRandom(0, "combine"));
    expect(best).toEqual({
      instruction: "Read the review. One word.",
      layout: { kind: "user" },
      demonstrations: SHOWN,
    });
  });

  test("what is not sure is tried from time to time", () => {
    const uncertain = (sign: number) => (example: number) =>
      4 * Math.exp(sign * (example % 2 === 0 ? 1 : -1));
    const prompts = [
      start,
      tried({ demonstrations: SHOWN }, () => 2),
      tried({ layout: { kind: "user" } }, uncertain(1)),
      tried({ layout: { kind: "user-last" } }, uncertain(-1)),
    ];
    const firsts = Array.from({ length: 40 }, (_, seed) => {
      const [first] = drawCombinations(prompts, start, 1, createRandom(seed, "combine"));
      return first?.layout.kind;
    });
    expect(new Set(firsts)).toEqual(new Set(["user", "user-last"]));
  });

  test("prompts that were left early count with the examples they saw", () => {
    const whole = tried({ layout: { kind: "user" } }, () => 1);
    const left = { ...whole, losses: whole.losses.slice(0, 6) };
    const prompts = [start, left, tried({ demonstrations: SHOWN }, () => 3)];
    const [best] = drawCombinations(prompts, start, 1, createRandom(0, "combine"));
    expect(best).toEqual({ ...START, layout: { kind: "user" }, demonstrations: SHOWN });
  });

  test("none was tried before, none comes twice, and the last one is the end", () => {
    const prompts = [
      start,
      tried({ layout: { kind: "user" } }, (example) => example / 10),
      tried({ demonstrations: SHOWN }, (example) => example / 5),
      tried({ instruction: "Judge the review." }, () => -1),
    ];
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1000 }),
        fc.integer({ min: 1, max: 12 }),
        (seed, count) => {
          const drawn = drawCombinations(prompts, start, count, createRandom(seed, "combine"));
          const keys = [...prompts.map(({ candidate }) => candidate), ...drawn].map(candidateKey);
          expect(new Set(keys).size).toBe(keys.length);
          // Two of each aspect are eight combinations, of which four were tried.
          expect(drawn.length).toBe(Math.min(count, 4));
        },
      ),
    );
  });

  test("of the start prompt alone there is nothing to combine", () => {
    expect(drawCombinations([start], start, 3, createRandom(0, "combine"))).toEqual([]);
  });
});

describe("merged instructions", () => {
  test.each([
    ["A. B.", "A. B. C.", "A. B. D.", "A. B. C. D."],
    ["A. B.", "A.", "A. B. D.", "A. D."],
    ["A. B.", "O. A. B.", "A. B. D.", "O. A. B. D."],
    ["A. B.", "A. B. D.", "O. A. B.", "O. A. B. D."],
    ["A. B.", "B. A.", "A. B. C.", "B. A. C."],
    ["A. B.", "A. B. C.", "A. B. C.", null],
    ["A. B.", "Quite another one.", "A. B. C.", null],
    ["A. B.", "A. B. C.", "Quite another one.", null],
    ["A. B.", "A.", "B.", null],
  ])("of %s: %s and %s make %s", (base, first, second, merged) => {
    expect(mergeInstructions(base, first, second)).toBe(merged);
  });

  test("belong to the space of combinations, beside those that were tried", () => {
    const instructions = ["Read the review. Be fair. One word.", "Read the review."];
    const prompts = [START, ...instructions.map((instruction) => ({ ...START, instruction }))];
    expect(combinationSpace(prompts, START).instructions).toEqual([
      START.instruction,
      ...instructions,
      "Read the review. One word.",
    ]);
  });
});
