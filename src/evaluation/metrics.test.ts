import { describe, expect, test } from "vitest";
import type { Example } from "../core/example.ts";
import { finalNumber, isCorrect } from "./metrics.ts";

const example = (target: string, accept?: readonly string[]): Example => ({
  id: "1",
  inputs: { input: "x" },
  target,
  ...(accept === undefined ? {} : { accept }),
});

describe("exact", () => {
  test.each([
    ["Positive", "positive"],
    ["positive.", "positive"],
    ['"positive"', "positive"],
    ["  two\n words ", "two words"],
    ["Ｐositive", "positive"],
  ])("%j is %j", (answer, target) => {
    expect(isCorrect("exact", example(target), answer)).toBe(true);
  });

  test.each([
    ["positive negative", "positive"],
    ["", "positive"],
    ["not positive", "positive"],
    ["(A", "(A)"],
  ])("%j is not %j", (answer, target) => {
    expect(isCorrect("exact", example(target), answer)).toBe(false);
  });

  test("other accepted answers count", () => {
    expect(isCorrect("exact", example("car", ["automobile"]), "Automobile")).toBe(true);
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
  ])("reads %j as %j", (text, number) => {
    expect(finalNumber(text)).toBe(number);
  });

  test("compares numbers, not spellings", () => {
    expect(isCorrect("final-number", example("a\n#### 1000"), "so it is 1,000.0")).toBe(true);
    expect(isCorrect("final-number", example("a\n#### 1000"), "I do not know")).toBe(false);
  });
});
