import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Candidate, RenderedPrompt } from "../core/candidate.ts";
import type { Example } from "../core/example.ts";
import {
  type GenerateRequest,
  type LanguageModel,
  NO_USAGE,
  type ScoreRequest,
} from "../core/model.ts";
import { AFTER_REASONING } from "../core/objective.ts";
import { begunAnswer, finalAnswer } from "./reasonings.ts";
import { scoreInDetail } from "./score-candidate.ts";

const CUE = AFTER_REASONING.cue;

test("the begun answer ends in the cue, and begins with no blank", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (reasoning) => {
      const begun = begunAnswer(reasoning, CUE);
      expect(begun.endsWith(CUE.trimStart())).toBe(true);
      expect(begun).toBe(begun.trimStart());
      expect(begunAnswer(`\n ${reasoning}\n\n`, CUE)).toBe(begun);
    }),
  );
  expect(begunAnswer(" 2 + 2 = 4.\n", CUE)).toBe("2 + 2 = 4.\nThe answer is ");
  expect(begunAnswer("", CUE)).toBe("The answer is ");
  expect(begunAnswer("cut in the middle of \uFFFD", CUE)).toBe(
    "cut in the middle of\nThe answer is ",
  );
});

test("of a worked solution the result is the answer, and of a result itself", () => {
  expect(finalAnswer("48 / 2 = <<48/2=24>>24 clips.\n#### 72", CUE)).toBe("72");
  expect(finalAnswer("#### 1\nNo.\n#### 2", CUE)).toBe("2");
  expect(finalAnswer("So it is B. The answer is B", CUE)).toBe("B");
  expect(finalAnswer("72", CUE)).toBe("72");
  expect(finalAnswer("nothing stands behind ####", CUE)).toBe("nothing stands behind ####");
  fc.assert(
    fc.property(fc.string(), fc.stringMatching(/^[a-z0-9]+$/), (solution, result) => {
      expect(finalAnswer(`${solution}\n#### ${result}`, CUE)).toBe(result);
    }),
  );
});

const characters = (text: string): Int32Array =>
  Int32Array.from(text, (character) => character.codePointAt(0) ?? 0);

const textOf = (prompt: RenderedPrompt): string =>
  prompt.kind === "text"
    ? prompt.text
    : prompt.messages.map(({ role, content }) => `${role}: ${content}\n`).join("");

/** A token a character; writes "because N" for the N-th seed it is given; every token costs one nat. */
function recordingModel(contextTokens = 100_000): {
  readonly model: LanguageModel;
  readonly generated: GenerateRequest[];
  readonly scored: ScoreRequest[];
} {
  const generated: GenerateRequest[] = [];
  const scored: ScoreRequest[] = [];
  const model: LanguageModel = {
    identity: { name: "", weights: "", format: "", engine: "", template: "" },
    capabilities: {
      score: true,
      generate: true,
      chat: true,
      prefixSharing: true,
      contextTokens,
      parameters: 1,
    },
    encode: (requests) =>
      Promise.resolve(
        requests.map(({ prompt, prefix = "", target = "" }) => ({
          context: characters(textOf(prompt) + prefix),
          target: characters(target),
        })),
      ),
    tokenTexts: () => Promise.resolve([]),
    score: (requests, options) => {
      scored.push(...requests);
      options?.onUsage?.({ ...NO_USAGE, calls: 1 });
      return Promise.resolve(
        requests.map(({ target }) => ({ logProbs: new Float64Array(target.length).fill(-1) })),
      );
    },
    generate: (requests, options) => {
      generated.push(...requests);
      options?.onUsage?.({ ...NO_USAGE, calls: 1, generatedTokens: requests.length });
      return Promise.resolve(
        requests.map(({ seed }) => ({ text: ` because ${seed}`, tokenCount: 1, finish: "end" })),
      );
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  return { model, generated, scored };
}

const EXAMPLES: readonly Example[] = ["a", "b"].map((id) => ({
  id,
  inputs: { input: `question ${id}` },
  target: "yes",
}));

const prompt = (
  instruction: string,
  demonstrations: Candidate["demonstrations"] = [],
): Candidate => ({
  instruction,
  layout: { kind: "plain", inputName: "Question", targetName: "Answer" },
  demonstrations,
});

const OBJECTIVE = { ...AFTER_REASONING, samples: 3, reasoningTokens: 30, seed: 5 };

test("every prompt reasons on an example with the same luck, and each sample with its own", async () => {
  const { model, generated } = recordingModel();
  const scoring = { model, objective: OBJECTIVE, options: null };
  await scoreInDetail(scoring, prompt("Think."), EXAMPLES);
  await scoreInDetail(scoring, prompt("Think hard."), EXAMPLES.toReversed());
  const seeds = generated.map(({ seed }) => seed);
  expect(new Set(seeds).size).toBe(6);
  expect(seeds.slice(6)).toEqual([...seeds.slice(3, 6), ...seeds.slice(0, 3)]);
  expect(generated[0]?.stop).toEqual(["The answer is", "\n\nQuestion:"]);
});

test("the answer is scored behind prompt, reasoning and cue, and the prompt's tokens are its own", async () => {
  const { model, generated, scored } = recordingModel();
  const scoring = { model, objective: OBJECTIVE, options: ["yes", "no"] };
  const [first] = await scoreInDetail(scoring, prompt("Think."), EXAMPLES);
  const behind = `Think.\n\nQuestion: question a\nAnswer: because ${generated[0]?.seed}${CUE}`;
  expect(scored).toHaveLength(2 * 3 * 2);
  expect(String.fromCodePoint(...(scored[0]?.context ?? []))).toBe(behind);
  expect(first?.loss.crossEntropy).toBe(3);
  expect(first?.loss.promptTokens).toBe("Think.\n\nQuestion: question a\nAnswer: ".length);
  expect(first?.reasonings).toHaveLength(3);
  expect(first?.loss.choice?.format).toBeGreaterThan(0);
});

test("demonstrations that leave no room are left out of reasoning and scoring alike", async () => {
  const demonstrations = ["x", "y"].map((id) => ({ id, inputs: { input: id }, target: "no" }));
  const { model, generated, scored } = recordingModel(130);
  const overflow = "drop-demonstrations";
  const scoring = { model, objective: OBJECTIVE, options: null, overflow } as const;
  await scoreInDetail(scoring, prompt("Think.", demonstrations), EXAMPLES);
  const contexts = [...generated, ...scored].map(({ context }) => String.fromCodePoint(...context));
  expect(contexts).toHaveLength(12);
  expect(contexts.filter((text) => text.includes("Question: x"))).toEqual([]);
  const withSecond = contexts.filter((text) => text.includes("Question: y"));
  expect(withSecond).toHaveLength(12);
});
