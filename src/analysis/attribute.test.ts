import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { AnswerToken } from "../core/answer-token.ts";
import { answerChange, tokenContributions } from "./attribute.ts";

const tokens = (...pairs: readonly (readonly [string, number])[]): readonly AnswerToken[] =>
  pairs.map(([text, logProb]) => ({ text, logProb }));

describe("an answer's change", () => {
  test("is told token by token where both prompts cut alike", () => {
    const change = answerChange(
      "7",
      tokens(["Tok", -3], ["yo", -1], ["<end>", -2]),
      tokens(["Tok", -1], ["yo", -1.5], ["<end>", -2]),
    );
    expect(change).toEqual({
      exampleId: "7",
      before: -6,
      after: -4.5,
      change: 1.5,
      tokens: [
        { text: "Tok", isEnd: false, before: -3, after: -1, change: 2 },
        { text: "yo", isEnd: false, before: -1, after: -1.5, change: -0.5 },
        { text: "<end>", isEnd: true, before: -2, after: -2, change: 0 },
      ],
    });
  });

  test("joins tokens up to where both cut; a blank in front and another end do not matter", () => {
    const { tokens: changes } = answerChange(
      "1",
      tokens(["Pa", -1], ["ris", -2], [", of", -3], [" course", -4], ["<end>", -5]),
      tokens([" Paris", -1], [", of", -1], [" cour", -1], ["se", -1], ["\n", -1]),
    );
    expect(changes.map(({ text, isEnd, change }) => [text, isEnd, change])).toEqual([
      ["Paris", false, 2],
      [", of", false, 2],
      [" course", false, 2],
      ["<end>", true, 4],
    ]);
  });

  test("has the same name whichever prompt puts the blank in front", () => {
    const [plain, chat] = [tokens([" yes", -1], ["\n", -1]), tokens(["yes", -3], ["<end>", -1])];
    expect(answerChange("1", plain, chat).tokens[0]).toMatchObject({ text: "yes", change: -2 });
    expect(answerChange("1", chat, plain).tokens[0]).toMatchObject({ text: "yes", change: 2 });
  });

  test("is told as a whole where the tokens' texts do not match", () => {
    const { tokens: changes } = answerChange(
      "1",
      tokens(["\uFFFD", -1], ["\uFFFD", -1], ["<end>", 0]),
      tokens(["é", -1], ["<end>", 0]),
    );
    expect(changes.map(({ change }) => change)).toEqual([1, 0]);
  });

  /** The same text cut at random places, each token with some log-probability. */
  const cutText = (text: string): fc.Arbitrary<readonly AnswerToken[]> =>
    fc
      .array(fc.tuple(fc.nat({ max: text.length }), fc.double({ min: -20, max: 0, noNaN: true })), {
        minLength: 1,
        maxLength: 8,
      })
      .map((drawn) => {
        const ends = [...new Set(drawn.map(([end]) => end)), text.length].sort((a, b) => a - b);
        return [
          ...ends.map((end, index) => ({
            text: text.slice(ends[index - 1] ?? 0, end),
            logProb: drawn[index % drawn.length]?.[1] ?? 0,
          })),
          { text: "<end>", logProb: drawn[0]?.[1] ?? 0 },
        ];
      });

  test("loses nothing: the parts add up to the whole, and spell the answer", () => {
    const text = "The answer is 42.";
    fc.assert(
      fc.property(cutText(text), cutText(` ${text}`), (before, after) => {
        const { tokens: changes, ...whole } = answerChange("1", before, after);
        const sum = (of: "before" | "after" | "change"): number =>
          changes.reduce((total, each) => total + each[of], 0);
        expect(sum("before")).toBeCloseTo(whole.before, 9);
        expect(sum("after")).toBeCloseTo(whole.after, 9);
        expect(sum("change")).toBeCloseTo(whole.change, 9);
        expect(changes.map((each) => each.text).join("")).toBe(`${text}<end>`);
      }),
    );
  });
});

test("what tokens contribute adds up to the mean change, the largest first", () => {
  const changes = [
    answerChange("1", tokens(["yes", -4], ["<end>", -1]), tokens(["yes", -1], ["<end>", -1.5])),
    answerChange("2", tokens(["no", -2], ["<end>", -1]), tokens(["no", -4], ["<end>", -1.5])),
    answerChange("3", tokens(["yes", -4], ["\n", -1]), tokens(["yes", -3], ["\n", -1])),
  ];
  const contributions = tokenContributions(changes);
  expect(contributions.map(({ text, occurrences }) => [text, occurrences])).toEqual([
    ["yes", 2],
    ["no", 1],
    ["<end>", 3],
  ]);
  expect(contributions[0]).toMatchObject({ perOccurrence: 2, isEnd: false });
  const total = contributions.reduce((sum, { contribution }) => sum + contribution, 0);
  const mean = changes.reduce((sum, { change }) => sum + change, 0) / changes.length;
  expect(total).toBeCloseTo(mean, 12);
});
