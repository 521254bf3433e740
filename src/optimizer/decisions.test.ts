import { NO_USAGE } from "../core/model.ts";
import { describe, expect, test } from "vitest";
import { gradedLoss, lossOf } from "../core/loss.test-support.ts";
import { summariseLosses } from "../core/loss.ts";
import { EMPTY_RUN, type RunState, type ScoredCandidate } from "../core/run-state.ts";
import { CROSS_ENTROPY } from "../core/objective.ts";
import type { SearchSettings } from "../core/task.ts";
import { scoreCandidate } from "../scoring/score-candidate.ts";
import { createRandom } from "../core/random.ts";
import { improvements, isAboveNoise, isAboveRounding } from "./acceptance.ts";
import { fakeModel } from "./fake-model.test-support.ts";
import { hardestExamples, wrongExamples } from "./hard-cases.ts";
import { stopReason } from "./stopping.ts";

const scored = (id: string, ...losses: readonly number[]): ScoredCandidate => {
  const each = losses.map((loss, index) => lossOf(loss, String(index)));
  return {
    id,
    parentId: null,
    operator: "test",
    iteration: 1,
    candidate: { instruction: id, layout: { kind: "system" }, demonstrations: [] },
    losses: each,
    summary: summariseLosses(each),
  };
};

describe("improvements", () => {
  const ids = (...candidates: readonly ScoredCandidate[]): readonly string[] =>
    improvements(scored("old", 3, 3), candidates, isAboveRounding).map(({ id }) => id);

  test("are the candidates of lower mean loss, the lowest first", () => {
    expect(ids(scored("a", 2, 3), scored("b", 1, 3), scored("c", 3, 4))).toEqual(["b", "a"]);
  });

  test("are none when nothing is lower, or only by the kernels' noise", () => {
    expect(ids(scored("a", 3, 3), scored("b", 2.9995, 3))).toEqual([]);
    expect(ids()).toEqual([]);
  });
});

describe("gains in graded answers", () => {
  /** A prompt that answers these examples wrong, of 32. */
  const wrongOn = (id: string, ...wrong: readonly number[]): ScoredCandidate => {
    const losses = Array.from({ length: 32 }, (_, index) =>
      gradedLoss(wrong.includes(index) ? 0 : 1, String(index)),
    );
    return { ...scored(id, 1), losses, summary: summariseLosses(losses) };
  };
  const incumbent = wrongOn("old", 0, 1, 2, 3, 4, 5, 6, 7);
  const accepts = (...wrong: readonly number[]): boolean =>
    improvements(incumbent, [wrongOn("new", ...wrong)], isAboveNoise).length === 1;

  test("are none where one or two examples more are right, or as many are lost again", () => {
    expect(accepts(0, 1, 2, 3, 4, 5, 6)).toBe(false);
    expect(accepts(0, 1, 2, 3, 4, 5)).toBe(false);
    expect(accepts(0, 1, 2, 3, 10, 11)).toBe(false);
    expect(accepts(0, 1, 2, 3, 4, 5, 6, 7)).toBe(false);
  });

  test("are some where more examples are won than chance would win beside those lost", () => {
    expect(accepts(0, 1, 2, 3, 4)).toBe(true);
    expect(accepts(0, 1, 10)).toBe(true);
  });
});

test("where answers are graded, hard cases are the wrong ones, drawn anew each time, and none where all are right", () => {
  const examples = Array.from({ length: 20 }, (_, index) => ({
    id: String(index),
    inputs: { input: "" },
    target: "x",
  }));
  const losses = examples.map(({ id }) => gradedLoss(Number(id) % 2, id));
  const drawn = [1, 2].map((seed) =>
    wrongExamples(examples, losses, 3, createRandom(seed, "hard cases")).map(({ id }) => id),
  );
  expect(drawn.flat().every((id) => Number(id) % 2 === 0)).toBe(true);
  expect(drawn.map((ids) => new Set(ids).size)).toEqual([3, 3]);
  expect(drawn[0]).not.toEqual(drawn[1]);
  const right = examples.map(({ id }) => gradedLoss(1, id));
  expect(wrongExamples(examples, right, 3, createRandom(1, "hard cases"))).toEqual([]);
});

test("losses of graded answers say nothing of likelihoods", () => {
  expect(summariseLosses([gradedLoss(1, "a"), gradedLoss(0, "b")])).toMatchObject({
    loss: 0.5,
    likelihood: null,
    format: null,
    choiceAccuracy: null,
  });
});

test("hard cases are the highest losses, hardest first, the data's order among equals", () => {
  const examples = ["a", "b", "c", "d"].map((id) => ({ id, inputs: { input: id }, target: "x" }));
  const losses = [lossOf(1, "a"), lossOf(5, "b"), lossOf(5, "c"), lossOf(2, "d")];
  expect(hardestExamples(examples, losses, 3).map(({ id }) => id)).toEqual(["b", "c", "d"]);
});

test("a long input is no hard case for its length, however dear length is", async () => {
  const examples = [
    { id: "long", inputs: { input: "x".repeat(500) }, target: "y" },
    { id: "hard", inputs: { input: "?" }, target: "y" },
  ];
  const candidate = {
    instruction: "Say it.",
    layout: { kind: "system" },
    demonstrations: [],
  } as const;
  const model = fakeModel((prompt) => (prompt.includes("?") ? 2 : 1));
  const scoring = { model, objective: CROSS_ENTROPY, options: null, length: { penalty: 1 } };
  const losses = await scoreCandidate(scoring, candidate, examples);
  expect(hardestExamples(examples, losses, 1).map(({ id }) => id)).toEqual(["hard"]);
  const { loss, likelihood, promptTokens } = summariseLosses(losses);
  expect(loss).toBeCloseTo((likelihood?.crossEntropy ?? 0) + promptTokens, 9);
});

describe("stopReason", () => {
  const settings: SearchSettings = {
    seed: 0,
    maxIterations: 5,
    hardCases: 3,
    rewritesPerHardCase: 4,
    maxParts: 5,
    patience: 2,
    rewriterForm: "auto",
    rewriterSampling: { temperature: 1, topP: 0.95 },
    maxInstructionCharacters: 1000,
    quotes: "refuse",
    racing: null,
    edits: true,
    budget: { tokens: 1000, seconds: 60 },
  };
  const usage = { ...NO_USAGE, requestedTokens: 1000, evaluatedTokens: 1, cachedTokens: 999 };

  test.each<[string, Partial<RunState>, number, string | null]>([
    ["goes on", { iterations: 4, iterationsWithoutGain: 1 }, 59, null],
    ["iterations", { iterations: 5 }, 0, "iterations"],
    ["patience", { iterations: 3, iterationsWithoutGain: 2 }, 0, "patience"],
    ["tokens, cached ones included", { usage }, 0, "token-budget"],
    ["seconds", {}, 60, "time-budget"],
  ])("%s", (_name, state, seconds, reason) => {
    expect(stopReason({ ...EMPTY_RUN, ...state }, settings, seconds)).toBe(reason);
  });
});

test("losses without options have no format or decision part", () => {
  expect(summariseLosses([lossOf(2, "a"), lossOf(4, "b")])).toMatchObject({
    loss: 3,
    likelihood: { crossEntropy: 3, perToken: 3 },
    format: null,
    choiceAccuracy: null,
  });
});
