import { NO_USAGE } from "../core/model.ts";
import { describe, expect, test } from "vitest";
import type { ExampleLoss } from "../core/loss.ts";
import { summariseLosses } from "../core/loss.ts";
import { EMPTY_RUN, type RunState, type ScoredCandidate } from "../core/run-state.ts";
import type { SearchSettings } from "../core/task.ts";
import { bestImprovement } from "./acceptance.ts";
import { hardestExamples } from "./hard-cases.ts";
import { stopReason } from "./stopping.ts";

const lossOf = (exampleId: string, loss: number): ExampleLoss => ({
  exampleId,
  loss,
  crossEntropy: loss,
  targetTokens: 1,
  targetBytes: 1,
});

const scored = (id: string, ...losses: readonly number[]): ScoredCandidate => {
  const each = losses.map((loss, index) => lossOf(String(index), loss));
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

describe("bestImprovement", () => {
  test("takes the lowest mean loss", () => {
    const best = bestImprovement(scored("old", 3, 3), [scored("a", 2, 3), scored("b", 1, 3)]);
    expect(best?.id).toBe("b");
  });

  test("keeps the incumbent when nothing is lower, or only by the kernels' noise", () => {
    expect(bestImprovement(scored("old", 3), [scored("a", 3), scored("b", 4)])).toBeNull();
    expect(bestImprovement(scored("old", 3), [scored("a", 2.9995)])).toBeNull();
    expect(bestImprovement(scored("old", 3), [])).toBeNull();
  });
});

test("hard cases are the highest losses, hardest first, the data's order among equals", () => {
  const examples = ["a", "b", "c", "d"].map((id) => ({ id, inputs: { input: id }, target: "x" }));
  const losses = [lossOf("a", 1), lossOf("b", 5), lossOf("c", 5), lossOf("d", 2)];
  expect(hardestExamples(examples, losses, 3).map(({ id }) => id)).toEqual(["b", "c", "d"]);
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
  expect(summariseLosses([lossOf("a", 2), lossOf("b", 4)])).toMatchObject({
    loss: 3,
    perToken: 3,
    format: null,
    choiceAccuracy: null,
  });
});
