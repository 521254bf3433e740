import { describe, expect, test } from "vitest";
import type { Candidate } from "../../core/candidate.ts";
import type { Generation } from "../../core/model.ts";
import { type TextModel, writerOf } from "../../core/text-model.ts";
import { fakeModel } from "../../optimizer/fake-model.test-support.ts";
import { shortened } from "../../optimizer/shortening.ts";
import { shorterVersions } from "./rewriter.ts";
import { briefWordings } from "./wordings.ts";

const prompt = (instruction: string): Candidate => ({
  instruction,
  layout: { kind: "system" },
  demonstrations: [],
});

describe("brief wordings", () => {
  test.each([
    ["Please decide, in order to help.", ["Decide, in order to help.", "Please decide, to help."]],
    ["Your task is to name it.", ["Name it."]],
    ["Read the following text.", ["Read this text."]],
    ["Due to the fact that it rains.", ["Because it rains."]],
    ["## Rules\nBe **very brief**.", undefined],
    ["Nothing to say.", []],
  ])("%s", async (instruction, expected) => {
    const candidate = prompt(instruction);
    const edits = await briefWordings(candidate);
    const texts = edits.map((edit) => shortened(candidate, [edit]).instruction);
    if (expected !== undefined) expect(texts.toSorted()).toEqual(expected.toSorted());
    else expect(shortened(candidate, edits).instruction).toBe("Rules\nBe brief.");
    expect(texts.every((text) => text.length < instruction.length)).toBe(true);
  });
});

describe("shorter versions", () => {
  /** A model that answers every request with the next of these texts. */
  const writer = (texts: readonly string[]): TextModel => {
    let next = 0;
    return writerOf({
      ...fakeModel(() => 1),
      generate: (requests) =>
        Promise.resolve(
          requests.map((): Generation => {
            const text = texts[next++] ?? "";
            return { text, tokenCount: text.length, finish: "end" };
          }),
        ),
    });
  };
  const settings = { form: "auto", seed: 0, call: {} } as const;

  test("are read out of the replies, once each, and none that is no shorter", async () => {
    const model = writer([
      " Say it.",
      '"Say it."',
      "A reply that is far longer than the prompt.",
      "<prompt>It.</prompt>",
    ]);
    const candidate = prompt("Please do say it.");
    const edits = await shorterVersions(model, settings)(candidate);
    expect(edits.map((edit) => shortened(candidate, [edit]).instruction)).toEqual([
      "Say it.",
      "It.",
    ]);
  });

  test("are not asked for where there is no instruction", async () => {
    expect(await shorterVersions(writer([]), settings)(prompt(""))).toEqual([]);
  });
});
