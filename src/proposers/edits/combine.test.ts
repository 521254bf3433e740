import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Candidate, candidateKey } from "../../core/candidate.ts";
import { createRandom } from "../../core/random.ts";
import { drawCombinations, type TriedPrompt } from "./combine.ts";
import { mergeInstructions, sentencesOf } from "./merge-instructions.ts";

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
const draw = (
  prompts: readonly TriedPrompt[],
  count: number,
  seed: number,
  isUsable: (candidate: Candidate) => boolean = () => true,
): readonly Candidate[] =>
  drawCombinations(prompts, start, { count, isUsable, random: createRandom(seed, "combine") });

describe("combinations", () => {
  test("put together what helped, and leave out what hurt", () => {
    const prompts = [
      start,
      tried({ layout: { kind: "user" } }, () => 2),
      tried({ layout: { kind: "user-last" } }, () => 6),
      tried({ demonstrations: SHOWN }, () => 1),
      tried({ instruction: "Read the review. Be fair. One word." }, () => 2),
      tried({ instruction: "Read the review." }, () => 2),
    ];
    const [best] = draw(prompts, 1, 0);
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
      const [first] = draw(prompts, 1, seed);
      return first?.layout.kind;
    });
    expect(new Set(firsts)).toEqual(new Set(["user", "user-last"]));
  });

  test("prompts that were left early count with the examples they saw", () => {
    const whole = tried({ layout: { kind: "user" } }, () => 1);
    const left = { ...whole, losses: whole.losses.slice(0, 6) };
    const prompts = [start, left, tried({ demonstrations: SHOWN }, () => 3)];
    const [best] = draw(prompts, 1, 0);
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
          const drawn = draw(prompts, count, seed);
          const keys = [...prompts.map(({ candidate }) => candidate), ...drawn].map(candidateKey);
          expect(new Set(keys).size).toBe(keys.length);
          // Two of each aspect are eight combinations, of which four were tried.
          expect(drawn.length).toBe(Math.min(count, 4));
        },
      ),
    );
  });

  test("nothing is proposed that differs in blanks alone, or that would not be scored", () => {
    const list = { instruction: "Classify.\n\nRules:\n- One word.\n- Be brief." };
    const prompts = [
      tried(list, () => 4),
      tried({ instruction: "Classify.\n\nRules:\n- One word." }, () => 5),
      tried({ ...list, layout: { kind: "user" } }, () => 3),
    ];
    const drawn = draw(prompts, 5, 0);
    expect(drawn.map(({ instruction }) => instruction)).toEqual([
      prompts[1]?.candidate.instruction,
    ]);
    const isUsable = ({ instruction }: Candidate): boolean => instruction.includes("brief");
    expect(draw(prompts, 5, 0, isUsable)).toEqual([]);
  });

  test("many long prompts with many examples are no trouble", () => {
    const sentences = (count: number): string =>
      Array.from({ length: count }, (_, index) => `Rule ${index} is this one.`).join(" ");
    const prompts = Array.from({ length: 60 }, (_, index) =>
      tried({ instruction: `${sentences(20)} ${sentences(index)}` }, () => index),
    ).map((prompt) => ({
      ...prompt,
      losses: Array.from({ length: 3000 }, (_, example) => ({
        ...(prompt.losses[0] as TriedPrompt["losses"][number]),
        exampleId: String(example),
      })),
    }));
    const [incumbent] = prompts;
    const isUsable = () => true;
    const random = createRandom(0, "combine");
    expect(
      incumbent && drawCombinations(prompts, incumbent, { count: 1, isUsable, random }),
    ).toEqual([]);
  });

  test("of the start prompt alone there is nothing to combine", () => {
    expect(draw([start], 3, 0)).toEqual([]);
  });
});

describe("merged instructions", () => {
  test.each([
    ["A. B.", "A. B. C.", "A. B. D.", "A. B. C. D."],
    ["A. B.", "A.", "A. B. D.", "A. D."],
    ["A. B.", "O. A. B.", "A. B. D.", "O. A. B. D."],
    ["A. B.", "A. B. D.", "O. A. B.", "O. A. B. D."],
    ["A. B.", "B. A.", "A. B. C.", "B. A. C."],
    ["A.\n\n- B.\n- C.", "A.\n\n- C.", "A.\n\n- B.\n- C.\n\nD.", "A.\n\n- C.\n\nD."],
    ["A. B.", "A. B. C.", "A. B. C.", null],
    ["A. B.", "A. B.", "A. B. C.", null],
    ["A. B.", "Quite another one.", "A. B. C.", null],
    ["A. B.", "A. B. C.", "Quite another one.", null],
    ["A. B.", "A. B. C.", "A. X. B.", null],
    ["Say {{x}}. B.", "Look at {{x}}. B.", "Read {{x}} with care. B.", null],
    ["A. B.", "A.", "B.", null],
  ])("of %j: %j and %j make %j", (base, first, second, merged) => {
    const [old, one, other] = [sentencesOf(base), sentencesOf(first), sentencesOf(second)];
    expect(mergeInstructions(old, one, other)).toBe(merged);
  });
});
