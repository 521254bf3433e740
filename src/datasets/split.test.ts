import { fc, test } from "@fast-check/vitest";
import { describe, expect, test as plainTest } from "vitest";
import type { DataSplit, Example } from "../core/example.ts";
import { DEFAULT_SPLIT_SIZES, splitExamples, splitWithTestSet } from "./split.ts";

const SIZES = { ...DEFAULT_SPLIT_SIZES, seed: 0 };

/** Examples with these inputs, in this order. */
function examplesOf(inputs: readonly number[]): readonly Example[] {
  return inputs.map((input, index) => ({
    id: String(index),
    inputs: { input: String(input) },
    target: "t",
  }));
}

function distinct(length: number): readonly Example[] {
  return examplesOf(Array.from({ length }, (_, index) => index));
}

const ids = (examples: readonly Example[]): readonly string[] => examples.map(({ id }) => id);
const lengths = ({ train, demonstrations, test }: DataSplit): readonly number[] =>
  [train, demonstrations, test].map(({ length }) => length);
const inputsOf = (examples: readonly Example[]): ReadonlySet<string> =>
  new Set(examples.map(({ inputs }) => inputs["input"] ?? ""));

const drawn = fc.record({
  examples: fc
    .array(fc.integer({ min: 0, max: 30 }), { minLength: 2, maxLength: 120 })
    .filter((inputs) => new Set(inputs).size > 1)
    .map(examplesOf),
  sizes: fc.record({
    train: fc.integer({ min: 1, max: 60 }),
    demonstrations: fc.integer({ min: 0, max: 20 }),
    test: fc.option(fc.integer({ min: 1, max: 200 })),
    seed: fc.nat(),
  }),
});

describe("one file", () => {
  plainTest("gives validation at most half of what training and demonstrations leave", () => {
    const sizes = (count: number, validation: number): readonly number[] => {
      const split = splitExamples(distinct(count), { ...SIZES, validation });
      return [split.train, split.demonstrations, split.validation, split.test].map(
        ({ length }) => length,
      );
    };
    expect(sizes(500, 60)).toEqual([50, 16, 60, 374]);
    expect(sizes(100, 60)).toEqual([50, 12, 19, 19]);
    expect(sizes(3, 60)).toEqual([1, 0, 1, 1]);
  });

  plainTest.each([
    [500, [50, 16, 434]],
    [100, [50, 12, 38]],
    [12, [6, 1, 5]],
    [3, [1, 0, 2]],
    [2, [1, 0, 1]],
  ])("of %i examples is split into %j", (count, sizes) => {
    expect(lengths(splitExamples(distinct(count), SIZES))).toEqual(sizes);
  });

  plainTest("holds every answer of a closed set in about its share, in each part", () => {
    const examples = distinct(120).map((example, index) => ({
      ...example,
      target: index % 4 === 0 ? "rare" : "common",
    }));
    for (const seed of [0, 1, 2, 3, 4]) {
      const { train, demonstrations, test } = splitExamples(examples, { ...SIZES, seed });
      for (const part of [train, demonstrations, test]) {
        const rare = part.filter(({ target }) => target === "rare").length;
        expect(Math.abs(rare - part.length / 4)).toBeLessThanOrEqual(1);
      }
    }
  });

  plainTest("gives at most the asked number of test examples", () => {
    expect(lengths(splitExamples(distinct(500), { ...SIZES, test: 200 }))).toEqual([50, 16, 200]);
  });

  plainTest("is drawn otherwise by another seed, and does not keep the file's order", () => {
    const examples = distinct(100);
    const split = splitExamples(examples, SIZES);
    expect(ids(split.train)).not.toEqual(ids(examples.slice(0, 50)));
    expect(ids(splitExamples(examples, { ...SIZES, seed: 1 }).train)).not.toEqual(ids(split.train));
  });

  plainTest("counts inputs as equal whatever order their variables come in", () => {
    const examples = [
      { id: "1", inputs: { a: "1", b: "2" }, target: "t" },
      { id: "2", inputs: { b: "2", a: "1" }, target: "t" },
    ];
    expect(() => splitExamples(examples, SIZES)).toThrow(
      "All examples have the same input: none is left to test on",
    );
  });

  plainTest("trains on one input even where it stands in more rows than asked for", () => {
    const split = splitExamples(examplesOf([0, 0, 1, 1]), { ...SIZES, train: 1 });
    expect(lengths(split)).toEqual([2, 0, 2]);
  });

  test.prop([drawn])("lands every example in exactly one part", ({ examples, sizes }) => {
    const split = splitExamples(examples, { ...sizes, test: null });
    const all = [split.train, split.demonstrations, split.test].flatMap(ids);
    expect(new Set(all).size).toBe(all.length);
    expect(new Set(all)).toEqual(new Set(ids(examples)));
  });

  test.prop([drawn])("leaves no part with an input of another", ({ examples, sizes }) => {
    const { train, demonstrations, test } = splitExamples(examples, sizes);
    const inputs = [train, demonstrations, test].flatMap((part) => [...inputsOf(part)]);
    expect(new Set(inputs).size).toBe(inputs.length);
  });

  test.prop([drawn])("always leaves something to train and to test on", ({ examples, sizes }) => {
    const { train, demonstrations, test } = splitExamples(examples, sizes);
    expect(train.length).toBeGreaterThan(0);
    expect(test.length).toBeGreaterThan(0);
    expect(demonstrations.length).toBeLessThanOrEqual(sizes.demonstrations);
  });

  test.prop([drawn])("is the same every time", ({ examples, sizes }) => {
    expect(splitExamples(structuredClone(examples), sizes)).toEqual(splitExamples(examples, sizes));
  });
});

describe("a test file of its own", () => {
  plainTest("is used whole, and rows that it holds are not trained on", () => {
    const tested = examplesOf([3, 4, 5]);
    const { split, droppedFromTraining } = splitWithTestSet(distinct(23), tested, SIZES);
    expect(droppedFromTraining).toBe(3);
    expect(lengths(split)).toEqual([15, 5, 3]);
    expect(new Set(split.test)).toEqual(new Set(tested));
    const learnt = inputsOf([...split.train, ...split.demonstrations]);
    expect(["3", "4", "5"].filter((input) => learnt.has(input))).toEqual([]);
  });

  plainTest("is drawn from by seed where fewer are asked for", () => {
    const sizes = { ...SIZES, test: 10 };
    const { split } = splitWithTestSet(examplesOf([1000, 1001]), distinct(100), sizes);
    expect(lengths(split)).toEqual([2, 0, 10]);
    expect(ids(split.test)).not.toEqual(ids(distinct(10)));
  });

  plainTest("is refused where it holds every training row", () => {
    expect(() => splitWithTestSet(distinct(3), distinct(4), SIZES)).toThrow(
      "Every training example has an input that occurs in the test file too",
    );
  });

  test.prop([drawn, fc.array(fc.integer({ min: 15, max: 60 }), { minLength: 1 })])(
    "leaves no part with an input of another, and trains on something",
    ({ examples, sizes }, testInputs) => {
      const tested = examplesOf(testInputs);
      fc.pre(examples.some(({ inputs }) => !inputsOf(tested).has(inputs["input"] ?? "")));
      const { split, droppedFromTraining } = splitWithTestSet(examples, tested, sizes);
      const [train, shown] = [inputsOf(split.train), inputsOf(split.demonstrations)];
      const leaked = [...train, ...shown].filter((input) => inputsOf(tested).has(input));
      expect([leaked, [...train].filter((input) => shown.has(input))]).toEqual([[], []]);
      expect(split.train.length).toBeGreaterThan(0);
      expect(split.train.length + split.demonstrations.length).toBeLessThanOrEqual(
        examples.length - droppedFromTraining,
      );
    },
  );
});
