import { expect, test } from "vitest";
import { commonestAnswer, commonestText, constantAnswer, constantText } from "./choice-rows.ts";

test("the commonest answer is the one that most examples have, the first of several", () => {
  expect(commonestAnswer(["b", "a", "a", "b", "c"])).toEqual({ answer: "b", share: 0.4 });
  expect(commonestAnswer([])).toBeNull();
  expect(commonestAnswer(["all", "are", "different"])).toBeNull();
});

test("what it would be right on is said", () => {
  expect(commonestText({ answer: "spam", share: 0.25 })).toBe(
    '"spam" alone is the known answer of 25.0 % of the held-out examples.',
  );
});

test("a prompt that says one answer to nearly all is told, unless nearly all are so", () => {
  const always = Array.from({ length: 10 }, () => "spam");
  const mixed = [...Array.from({ length: 6 }, () => "spam"), "ham", "ham", "ham", "ham"];
  expect(constantAnswer(always, mixed)).toEqual({ answer: "spam", share: 1 });
  expect(constantAnswer(mixed, mixed)).toBeNull();
  expect(constantAnswer(always, always)).toBeNull();
  expect(constantAnswer(always.slice(0, 4), mixed.slice(4, 8))).toBeNull();
  expect(constantText({ answer: "spam", share: 1 })).toBe(
    'Under the best prompt the answer is "spam" on 100.0 % of the held-out examples: it does not tell them apart.',
  );
});
