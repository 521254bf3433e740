import { describe, expect, test } from "vitest";
import type { Example } from "../core/example.ts";
import { JUDGE } from "../core/metric.ts";
import { type LanguageModel, NO_USAGE, type ScoreRequest } from "../core/model.ts";
import { lossOf } from "../core/loss.test-support.ts";
import type { TestResult } from "../core/run-event.ts";
import { judgeGrader } from "./judge-metric.ts";
import { preferAnswers } from "./prefer-answers.ts";

/** What a judge thinks of two answers: the probability of the word asked for. */
type Opinion = (first: string, second: string) => number;

/** A model that reads the two answers of a question and says its first word as likely as its opinion has it. */
function judge(opinion: Opinion): LanguageModel {
  const ids = (text: string): Int32Array => Int32Array.from(text, (letter) => letter.charCodeAt(0));
  const textOf = (tokens: Int32Array): string => String.fromCharCode(...tokens);
  const logProb = ({ context, target }: ScoreRequest): number => {
    const answer = (letter: string): string =>
      [...textOf(context).matchAll(new RegExp(`Answer ${letter}: (.*)`, "g"))].at(-1)?.[1] ?? "";
    const share = opinion(answer("A"), answer("B"));
    // Beside the two words the judge may say anything else: only their ratio counts.
    return Math.log(0.1 * (/^(Yes|A)$/.test(textOf(target)) ? share : 1 - share));
  };
  return {
    identity: { name: "judge", weights: "", format: "", engine: "", template: "" },
    capabilities: {
      score: true,
      generate: false,
      chat: false,
      prefixSharing: true,
      contextTokens: 4096,
      parameters: 1e6,
    },
    encode: async (requests) =>
      requests.map(({ prompt, target = "" }) => ({
        context: ids(prompt.kind === "text" ? prompt.text : ""),
        target: ids(target),
      })),
    tokenTexts: async () => [],
    score: async (requests, options) => {
      options?.onUsage?.({ ...NO_USAGE, calls: 1 });
      return requests.map((request) => ({ logProbs: Float64Array.of(logProb(request)) }));
    },
    generate: async () => [],
    [Symbol.asyncDispose]: async () => {},
  };
}

const example = (id: string, target: string, accept?: readonly string[]): Example => ({
  id,
  inputs: { input: `question ${id}` },
  target,
  ...(accept === undefined ? {} : { accept }),
});

const sameLetters: Opinion = (first, second) =>
  first.toLowerCase() === second.toLowerCase() ? 0.9 : 0.2;

describe("the judge metric", () => {
  const gradeOf = async (
    opinion: Opinion,
    given: Example,
    answer: string,
    calls: number[] = [],
  ) => {
    const by = { model: judge(opinion), call: { onUsage: () => calls.push(1) } };
    const [grade] = await judgeGrader(JUDGE)([{ example: given, answer }], by);
    return grade;
  };

  test("is the likelihood of Yes where both orders agree", async () => {
    const right = await gradeOf(sameLetters, example("1", "paris"), "Paris");
    expect(right?.score).toBeCloseTo(0.9, 12);
    expect(right).toMatchObject({ isRight: true, ordersAgree: true });
    const wrong = await gradeOf(sameLetters, example("1", "paris"), "Rome");
    expect(wrong?.score).toBeCloseTo(0.2, 12);
    expect(wrong).toMatchObject({ isRight: false, ordersAgree: true });
  });

  test("is the mean of the orders where they disagree, and says so", async () => {
    const swayed: Opinion = (first) => (first === "paris" ? 0.8 : 0.4);
    const grade = await gradeOf(swayed, example("1", "paris"), "Rome");
    expect(grade?.score).toBeCloseTo(0.6, 12);
    expect(grade).toMatchObject({ isRight: true, ordersAgree: false });
  });

  test("takes the right answer that fits best", async () => {
    const given = example("1", "car", ["AUTOMOBILE"]);
    expect((await gradeOf(sameLetters, given, "automobile"))?.score).toBeCloseTo(0.9, 12);
  });

  test("does not ask about the reference itself or about nothing", async () => {
    const calls: number[] = [];
    const given = example("1", "car", ["auto"]);
    expect(await gradeOf(() => 0.5, given, "auto", calls)).toEqual({ score: 1, isRight: true });
    expect(await gradeOf(() => 0.5, given, "", calls)).toEqual({ score: 0, isRight: false });
    expect(calls).toEqual([]);
  });

  test("grades many answers in one call, in order", async () => {
    const calls: number[] = [];
    const by = { model: judge(sameLetters), call: { onUsage: () => calls.push(1) } };
    const grades = await judgeGrader(JUDGE)(
      [
        { example: example("1", "a"), answer: "A" },
        { example: example("2", "b", ["c"]), answer: "x" },
        { example: example("3", "d"), answer: "d" },
        { example: example("4", "e"), answer: "E" },
      ],
      by,
    );
    expect(grades.map(({ score }) => Number(score.toFixed(6)))).toEqual([0.9, 0.2, 1, 0.9]);
    expect(calls).toHaveLength(1);
  });

  test("refuses to be put to another model than the one it names", async () => {
    const by = { model: judge(sameLetters), call: {} };
    const grader = judgeGrader({ ...JUDGE, model: "another" });
    await expect(grader([{ example: example("1", "a"), answer: "b" }], by)).rejects.toThrow(
      "The judge is another, but judge was asked",
    );
  });

  test("asks the user's own question where there is one", async () => {
    const asked: string[] = [];
    const model = judge(sameLetters);
    const listening: LanguageModel = {
      ...model,
      encode: (requests) => {
        asked.push(...requests.map(({ prompt }) => (prompt.kind === "text" ? prompt.text : "")));
        return model.encode(requests);
      },
    };
    const grader = judgeGrader({ ...JUDGE, question: "Is the tone alike?" });
    await grader([{ example: example("1", "a"), answer: "b" }], { model: listening, call: {} });
    expect(asked).toHaveLength(4);
    expect(asked[0]).toBe("Input: question 1\nAnswer A: a\nAnswer B: b\nIs the tone alike?");
    expect(asked[2]).toBe("Input: question 1\nAnswer A: b\nAnswer B: a\nIs the tone alike?");
  });
});

describe("preferences", () => {
  const resultOf = (texts: readonly string[]): TestResult => ({
    candidateId: texts.join(),
    answers: texts.map((text, index) => ({
      exampleId: String(index),
      text,
      score: 0,
      loss: lossOf(1, String(index)),
    })),
    accuracy: 0,
    choiceAccuracy: null,
    choice: null,
    meanLoss: 1,
    positionBias: null,
    shortenedIds: [],
  });
  const examples = ["0", "1", "2", "3"].map((id) => example(id, "y"));

  test("count where both orders name the same answer, and tie where the order decides", async () => {
    const longer: Opinion = (first, second) => {
      if (first.length === second.length) return 0.7;
      return first.length > second.length ? 0.9 : 0.3;
    };
    const before = resultOf(["a", "bbb", "cc", "same"]);
    const after = resultOf(["aaa", "b", "dd", "same"]);
    const by = { model: judge(longer), call: {} };
    const count = await preferAnswers(before, after, examples, by);
    expect(count).toMatchObject({ wins: 1, losses: 1, ties: 2, pValue: 1 });
    expect(count.positionBias).toBeCloseTo(1 / 3, 12);
    expect(count.preferences).toEqual([
      { exampleId: "0", preferred: "second", followsOrder: false },
      { exampleId: "1", preferred: "first", followsOrder: false },
      { exampleId: "2", preferred: "tie", followsOrder: true },
      { exampleId: "3", preferred: "tie", followsOrder: false },
    ]);
  });

  test("are tested by their signs: four of four is one in eight", async () => {
    const by = { model: judge((first) => (first === "good" ? 0.9 : 0.1)), call: {} };
    const before = resultOf(["w", "x", "y", "z"]);
    const count = await preferAnswers(before, resultOf(examples.map(() => "good")), examples, by);
    expect(count).toMatchObject({ wins: 4, ties: 0, losses: 0, positionBias: 0, pValue: 0.125 });
  });

  test("a judge that always names the first answer has no preference at all", async () => {
    const by = { model: judge(() => 0.99), call: {} };
    const before = resultOf(["w", "x", "y", "z"]);
    const count = await preferAnswers(before, resultOf(["a", "b", "c", "d"]), examples, by);
    expect(count).toMatchObject({ wins: 0, ties: 4, losses: 0, positionBias: 1, pValue: 1 });
  });
});
