import { expect, test } from "vitest";
import { commonestAnswer, commonestText } from "./choice-rows.ts";

test("the commonest answer is the one that most examples have, the first of several", () => {
  expect(commonestAnswer(["b", "a", "a", "b", "c"])).toEqual({ answer: "b", share: 0.4 });
  expect(commonestAnswer([])).toBeNull();
});

test("what it would be right on is said", () => {
  expect(commonestText({ answer: "spam", share: 0.25 })).toBe(
    '"spam" alone is the known answer of 25.0 % of the held-out examples.',
  );
});
