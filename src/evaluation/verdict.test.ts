import { describe, expect, test } from "vitest";
import { lossOf } from "../core/loss.test-support.ts";
import type { TestResult } from "../core/run-event.ts";
import { compareResults, measureFor } from "./compare-results.ts";
import { findingOf, verdictText } from "./verdict-text.ts";

/** A result from a string of 1 (right) and 0 (wrong); the losses are 1 and 3 nats. */
function result(
  candidateId: string,
  hits: string,
  shortenedIds: readonly string[] = [],
): TestResult {
  const answers = hits.split("").map((hit, index) => ({
    exampleId: String(index),
    text: hit,
    score: Number(hit),
    loss: lossOf(hit === "1" ? 1 : 3, String(index)),
  }));
  const accuracy = answers.reduce((sum, { score }) => sum + score, 0) / answers.length;
  return {
    candidateId,
    answers,
    accuracy,
    choiceAccuracy: null,
    choice: null,
    meanLoss: 0,
    positionBias: null,
    shortenedIds,
  };
}

function textOf(before: string, after: string, sameId = false): string {
  const start = result("c0", before);
  const best = result(sameId ? "c0" : "c1", after, before.length === 30 ? ["4", "7"] : []);
  const comparison = compareResults(start, best, "accuracy", 0);
  return verdictText(findingOf(comparison, start, best), comparison, start, best);
}

const repeated = (hits: string, count: number): string => hits.repeat(count);

describe("the verdict", () => {
  test("is better where both tests agree", () => {
    expect(textOf(repeated("0", 20), repeated("1", 10) + repeated("0", 10))).toMatch(
      /^Better: held-out accuracy 0\.0 % → 50\.0 % on 20 examples \(difference \+50\.0 points, 95 % interval \+\d\d\.0 points to \+\d\d\.0 points, p = 0\.002\)\.$/,
    );
  });

  test("is no evidence where only the bootstrap is sure: five changed answers of five", () => {
    const text = textOf("00000", "11111");
    expect(text).toMatch(
      /^No evidence of improvement: .* p = 0\.063\)\. The interval leaves zero out, but .*\. The held-out loss fell/,
    );
  });

  /** A result whose losses do not follow its hits. */
  const withLosses = (id: string, hits: string, losses: (index: number) => number): TestResult => {
    const bare = result(id, hits);
    const answers = bare.answers.map((answer, index) => ({
      ...answer,
      loss: lossOf(losses(index), answer.exampleId),
    }));
    return { ...bare, answers };
  };
  const textFor = (start: TestResult, best: TestResult): string => {
    const comparison = compareResults(start, best, "accuracy", 0);
    return verdictText(findingOf(comparison, start, best), comparison, start, best);
  };
  const high = (index: number): number => 5 + (index % 3) / 10;
  const low = (index: number): number => 2 + (index % 2) / 10;
  const some = "10".repeat(15);
  const CHECK = "the loss may not foretell accuracy here, which `pmpo signal` tests on a run.";

  test.each([
    ["loss fell, but accuracy did not rise", some, some, high, low],
    ["loss fell, but accuracy became worse", some, `${some.slice(0, -2)}00`, high, low],
    ["loss fell, but accuracy became worse", "1".repeat(30), "0".repeat(30), high, low],
    ["loss rose all the same", "0".repeat(30), "1".repeat(30), low, high],
  ])("warns where the %s", (what, before, after, lossBefore, lossAfter) => {
    const text = textFor(withLosses("c0", before, lossBefore), withLosses("c1", after, lossAfter));
    expect(text).toContain(` The held-out ${what}: ${CHECK}`);
  });

  test.each([
    ["better and likelier", "0".repeat(30), "1".repeat(30), high, low],
    ["worse and less likely", "1".repeat(30), "0".repeat(30), low, high],
    ["the same, and as likely", some, some, high, high],
  ])("says nothing of the loss where answers are %s", (_, before, after, lossBefore, lossAfter) => {
    const text = textFor(withLosses("c0", before, lossBefore), withLosses("c1", after, lossAfter));
    expect(text).not.toContain("loss");
  });

  test("is worse where the answers got worse, and advises to keep the start", () => {
    expect(textOf(repeated("1", 20), repeated("0", 20))).toMatch(
      /^Worse: .* Keep the start prompt/,
    );
  });

  test("names what so many examples could have shown", () => {
    expect(textOf(repeated("01", 20), repeated("10", 20))).toMatch(
      /With 40 examples, a true difference of 4\d points would be found in four of five cases/,
    );
  });

  test("says how many answers were given with fewer demonstrations", () => {
    expect(textOf(repeated("0", 30), repeated("1", 30))).toMatch(
      /2 of them did not fit the context and were answered with fewer demonstrations\.$/,
    );
  });

  test("of the start prompt itself says that nothing was better", () => {
    expect(textOf("0110", "0110", true)).toBe(
      "No evidence of improvement: no candidate was taken over the start prompt, which answers 50.0 % of 4 held-out examples (accuracy).",
    );
  });
});

test("only results on the same examples are compared", () => {
  expect(() => compareResults(result("a", "01"), result("b", "011"), "accuracy", 0)).toThrow(
    "same examples",
  );
});

test("choices are compared example by example where both prompts have them", () => {
  const chosen = (margins: readonly number[]): TestResult => {
    const bare = result("a", "1".repeat(margins.length));
    const answers = bare.answers.map((answer, index) => {
      const margin = margins[index] ?? 0;
      const choice = {
        format: 0,
        decision: 0,
        picked: "yes",
        correct: margin > 0,
        margin,
        brier: margin > 0 ? 0 : 2,
        confidence: 1,
      };
      return { ...answer, loss: { ...lossOf(margin), choice } };
    });
    return { ...bare, answers };
  };
  const { choice } = compareResults(chosen([-1, 1, 2]), chosen([2, 1, 3]), "accuracy", 0);
  expect(choice?.margin.difference).toBeCloseTo(4 / 3, 12);
  expect(choice?.accuracy.difference).toBeCloseTo(1 / 3, 12);
  expect(choice?.brier.difference).toBeCloseTo(-2 / 3, 12);
  const [low = Number.NaN, high = Number.NaN] = choice?.margin.interval ?? [];
  expect(low).toBeLessThan(4 / 3);
  expect(high).toBeGreaterThan(4 / 3);
  expect(compareResults(result("a", "010"), chosen([2, 1, 3]), "accuracy", 0).choice).toBeNull();
});

test("the accuracy by choice counts where answers are chosen, and both prompts have it", () => {
  const chosen = { ...result("a", "01"), choiceAccuracy: 0.5 };
  expect(measureFor("chosen", [chosen, chosen])).toBe("choice-accuracy");
  expect(measureFor("chosen", [chosen, result("b", "01")])).toBe("accuracy");
  expect(measureFor("generated", [chosen, chosen])).toBe("accuracy");
});

test("of several comparisons that are corrected together, each has to find a larger difference", () => {
  const before = result("c0", repeated("1100", 25));
  const after = result("c1", repeated("1001", 25));
  const found = [1, 3].map(
    (count) => compareResults(before, after, "accuracy", 0, count).minimumDetectable as number,
  );
  expect(found[1]).toBeGreaterThan(found[0] as number);
  expect(found[1]).toBeLessThan(0.5);
});
