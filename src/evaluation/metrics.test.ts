import { describe, expect, test } from "vitest";
import type { Example } from "../core/example.ts";
import type { LanguageModel } from "../core/model.ts";
import { type BuiltInMetric, EXACT, FINAL_NUMBER } from "../core/metric.ts";
import { builtInGrader, checkedGrader } from "./metrics.ts";
import { choiceLetter } from "./metrics/choice-letter.ts";
import { finalNumber } from "./metrics/final-number.ts";

const example = (target: string, accept?: readonly string[]): Example => ({
  id: "1",
  inputs: { input: "x" },
  target,
  ...(accept === undefined ? {} : { accept }),
});

/** These metrics ask no model. */
const BY = { model: {} as LanguageModel, call: {} };

async function scoreOf(
  metric: BuiltInMetric,
  answer: string,
  target: string,
  accept?: readonly string[],
): Promise<number | undefined> {
  const [grade] = await builtInGrader(metric)([{ example: example(target, accept), answer }], BY);
  expect(grade?.isRight).toBe(grade?.score === 1);
  return grade?.score;
}

describe("exact", () => {
  test.each([
    ["Positive", "positive"],
    ["positive.", "positive"],
    ['"positive"', "positive"],
    ["  two\n words ", "two words"],
    ["Ｐositive", "positive"],
  ])("%j is %j, but for its looks", async (answer, target) => {
    expect(await scoreOf(EXACT, answer, target)).toBe(1);
    expect(await scoreOf({ kind: "exact", normalise: false }, answer, target)).toBe(0);
    expect(await scoreOf({ kind: "exact", normalise: false }, target, target)).toBe(1);
  });

  test.each([
    ["positive negative", "positive"],
    ["", "positive"],
    ["not positive", "positive"],
    ["(A", "(A)"],
    ["Stop?", "Stop!"],
    ["", "..."],
  ])("%j is not %j", async (answer, target) => {
    expect(await scoreOf(EXACT, answer, target)).toBe(0);
  });

  test("other accepted answers count", async () => {
    expect(await scoreOf(EXACT, "Automobile", "car", ["automobile"])).toBe(1);
  });
});

describe("final-number", () => {
  test.each([
    ["5 + 13 = 18\n#### 18", 18],
    ["#### 1,234.50 dollars", 1234.5],
    ["She has 3 and then 7 apples.", 7],
    ["#### -4\nor 5", -4],
    ["no number", null],
    ["12 ####", null],
    ["from 3-5", 5],
    ["it is −5", -5],
    ["about 1e5 or .5", 0.5],
  ])("reads %j as %j", (text, number) => {
    expect(finalNumber(text)).toBe(number);
  });

  test("compares numbers, not spellings, and within a tolerance", async () => {
    expect(await scoreOf(FINAL_NUMBER, "so it is 1,000.0", "a\n#### 1000")).toBe(1);
    expect(await scoreOf(FINAL_NUMBER, "I do not know", "a\n#### 1000")).toBe(0);
    expect(await scoreOf(FINAL_NUMBER, "3.14", "3.1416")).toBe(0);
    expect(await scoreOf({ kind: "final-number", tolerance: 0.01 }, "3.14", "3.1416")).toBe(1);
  });
});

describe("letter", () => {
  test.each([
    ["B", "B"],
    ["(b)", "B"],
    ["B) 12", "B"],
    ["The answer is (C).", "C"],
    ["I think A is wrong, so the answer is D", "D"],
    ["The correct option is A", "A"],
    ["**A**", "A"],
    ["The answer is **A**", "A"],
    ["I choose A.", "A"],
    ["The answer is a dog, so (C).", "C"],
    ["B is wrong; the answer is: C", "C"],
    ["Answer: A", "A"],
    ["answer: b", "B"],
    ["The answer is (b)", "B"],
    ["The answer is a.", "A"],
    ["The answer is A because it fits.", "A"],
    ["Answer: A dog", null],
    ["A\nBecause it fits.", "A"],
    ["A because it fits", "A"],
    ["Let us see: A is wrong.\nB", "B"],
    ["I think it is A", "A"],
    ["It is not B. It is A.", "A"],
    ["The best choice would be A", "A"],
    ["(B) is right because (A) is wrong", "B"],
    ["The correct option is **C** as (A) is wrong.", "C"],
    ["choose a cat", null],
    ["I think so", null],
    ["Definitely A.", "A"],
    ["The answer is $\\boxed{A}$.", "A"],
    ['The answer is "A"', "A"],
    ["<answer>A</answer>", "A"],
    ["Therefore, A is correct.", "A"],
    ["Answer: [A]", "A"],
    ["A – Paris", "A"],
    ["Both A and B are plausible, but A is right", "A"],
    ["b) Paris", "B"],
    ["b. Paris", "B"],
    ["Answer: a) foo", "A"],
    ["option b", "B"],
    ["The correct answer is option (a)", "A"],
    ["It is Paris.", null],
    ["A dog", null],
    ["", null],
  ])("reads %j as %j", (text, letter) => {
    expect(choiceLetter(text)).toBe(letter);
  });

  test("compares letters, not what stands around them", async () => {
    expect(await scoreOf({ kind: "letter" }, "The answer is B.", "(B)")).toBe(1);
    expect(await scoreOf({ kind: "letter" }, "no letter here", "no letter")).toBe(0);
  });
});

test.each<[BuiltInMetric, string, string, number]>([
  [{ kind: "contains" }, "It is  Paris, of course.", "paris", 1],
  [{ kind: "contains" }, "It is Rome.", "paris", 0],
  [
    { kind: "regex", pattern: "<answer>(.*?)</answer>", flags: "s" },
    "x <answer>\nYes.</answer>",
    "yes",
    1,
  ],
  [{ kind: "regex", pattern: "\\d{4}", flags: "i" }, "in 1969, not 1970", "1969", 1],
  [{ kind: "regex", pattern: "\\d{4}", flags: "" }, "long ago", "1969", 0],
  [{ kind: "json-field", field: "result.label" }, 'Sure: {"result":{"label":"Spam"}}', "spam", 1],
  [{ kind: "json-field", field: "count" }, '{"count": 3}', "3", 1],
  [{ kind: "json-field", field: "label" }, '{"other": 3}', "3", 0],
  [{ kind: "json-field", field: "label" }, '{"label": "Spam"}', '{"label": "spam"}', 1],
  [{ kind: "json-field", field: "label" }, '{"label": "spam"}', '{"label": "ham"}', 0],
  [{ kind: "json-field", field: "of" }, '{"of":{"a":1,"b":[2, 3]}}', '{"b":[2,3],"a":1}', 1],
  [{ kind: "json-field", field: "of" }, '{"of":[1, 2]}', "[2, 1]", 0],
  [{ kind: "json-field", field: "of" }, '{"of":null}', '{"of": null}', 1],
  [{ kind: "json-field", field: "of" }, '{"of":"1.10"}', "1.10", 1],
  [{ kind: "json-field", field: "of" }, 'So {this} is: {"of":"a } b"}', "a } b", 1],
  [{ kind: "json-field", field: "of" }, "{'of': 1} ".repeat(2000), "1", 0],
  [{ kind: "regex", pattern: "is (\\w+)", flags: "" }, "It is Paris.", "The city is Paris", 1],
  [{ kind: "regex", pattern: "\\d+", flags: "g" }, "in 1969", "1969", 1],
  [{ kind: "json-field", field: "label" }, "{broken", "3", 0],
  [{ kind: "json-field", field: "label" }, 'as {x}: {"label":"a"} and {"label":"b"}', "a", 1],
  [{ kind: "f1" }, "the cat sat", "The cat lay", 2 / 3],
  [{ kind: "f1" }, "", "a", 0],
  [{ kind: "f1" }, "Paris.", "“Paris”", 1],
  [{ kind: "f1" }, "你好世界", "你好", 2 / 3],
  [{ kind: "f1" }, "?!", "?!", 1],
  [{ kind: "rouge-l" }, "the cat sat on the mat", "the cat lay on the mat", 5 / 6],
])("%j gives %j against %j a score of %d", async (metric, answer, target, score) => {
  expect(await scoreOf(metric, answer, target)).toBeCloseTo(score, 12);
});

test("a function from outside may answer true, false or a share, now or later, and nothing else", async () => {
  const grader = async (value: unknown): Promise<unknown> => {
    const grade = checkedGrader(() => value, "The metric of m.mjs");
    const [{ score } = {}] = await grade([{ example: example("a"), answer: "b" }], BY);
    return score;
  };
  expect(await grader(true)).toBe(1);
  expect(await grader(Promise.resolve(0.5))).toBe(0.5);
  await expect(grader(2)).rejects.toThrow("The metric of m.mjs answered 2 for example 1");
  await expect(grader("good")).rejects.toThrow("answered NaN");
});
