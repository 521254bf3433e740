import { fc, test } from "@fast-check/vitest";
import { describe, expect, test as plainTest } from "vitest";
import type { Example } from "../core/example.ts";
import { closedAnswerSet } from "./closed-set.ts";

const withTargets = (targets: readonly string[]): readonly Example[] =>
  targets.map((target, index) => ({ id: String(index), inputs: { input: "" }, target }));
const withOptions = (...options: readonly (readonly string[] | undefined)[]): readonly Example[] =>
  options.map((list, index) => ({
    id: String(index),
    inputs: { input: "" },
    target: "a",
    ...(list === undefined ? {} : { options: list }),
  }));
const repeated = (times: number, ...targets: readonly string[]): readonly Example[] =>
  withTargets(Array.from({ length: times }, () => targets).flat());

describe("options that every example names", () => {
  plainTest("are the set, in the order of the first", () => {
    expect(closedAnswerSet(withOptions(["b", "a"], ["a", "b"]))).toEqual(["b", "a"]);
  });

  plainTest("are none where they differ, or where an example names none", () => {
    expect(closedAnswerSet(withOptions(["b", "a"], ["a", "c"]))).toBeNull();
    expect(closedAnswerSet(withOptions(["b", "a"], undefined))).toBeNull();
    expect(closedAnswerSet(withOptions(undefined, ["b", "a"]))).toBeNull();
  });
});

describe("few distinct targets", () => {
  plainTest("are the set, sorted", () => {
    expect(closedAnswerSet(repeated(4, "yes", "no"))).toEqual(["no", "yes"]);
  });

  const letters = "abcdefghijklm".split("");
  plainTest.each([
    ["one only", repeated(40, "yes")],
    ["more than 12", repeated(10, ...letters)],
    ["fewer than 4 rows for each", repeated(3, "yes", "no")],
    ["a long one", repeated(9, "yes", "x".repeat(41))],
    ["no examples", []],
  ])("are no set: %s", (_, examples) => {
    expect(closedAnswerSet(examples)).toBeNull();
  });

  plainTest("are a set up to 12", () => {
    expect(closedAnswerSet(repeated(4, ...letters.slice(1)))).toHaveLength(12);
  });

  test.prop([fc.array(fc.constantFrom("a", "b", "c"), { minLength: 1, maxLength: 40 })])(
    "hold every target, whatever the order of the rows",
    (targets) => {
      const set = closedAnswerSet(withTargets(targets));
      expect(closedAnswerSet(withTargets(targets.toReversed()))).toEqual(set);
      if (set !== null) expect(targets.filter((target) => !set.includes(target))).toEqual([]);
    },
  );
});
