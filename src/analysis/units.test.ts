import * as fc from "fast-check";
import { expect, test } from "vitest";
import { replaceParts } from "./parts.ts";
import { cutInto, type Unit } from "./units.ts";

const texts = (prompt: string, unit: Unit): readonly string[] =>
  cutInto(prompt, unit).map(({ text }) => text);

const PROMPT = "Name the team: billing, technical (in lower case) - or other.\n- Be brief.";

test("a prompt is cut by sentence, phrase or word", () => {
  expect(texts(PROMPT, "sentence")).toEqual([
    "Name the team: billing, technical (in lower case) - or other.",
    "- Be brief.",
  ]);
  expect(texts(PROMPT, "phrase")).toEqual([
    "Name the team:",
    "billing,",
    "technical",
    "(in lower case)",
    "- or other.",
    "- Be brief.",
  ]);
  expect(texts("Be  very\tbrief.", "word")).toEqual(["Be", "very", "brief."]);
});

test("every part stands where it says, no two overlap, and together they hold all but blanks", () => {
  const prompts = fc.string({
    unit: fc.constantFrom("a", "b", " ", ".", ",", "\n", "(", ")", "-"),
  });
  fc.assert(
    fc.property(prompts, fc.constantFrom<Unit>("sentence", "phrase", "word"), (prompt, unit) => {
      const parts = cutInto(prompt, unit);
      for (const { text, start, end } of parts) expect(prompt.slice(start, end)).toBe(text);
      const joined = parts.map(({ text }) => text).join("");
      expect(joined.replace(/\s/g, "")).toBe(prompt.replace(/\s/g, ""));
    }),
  );
});

test("several stretches are replaced at once, by their places in the prompt as it was", () => {
  const [billing, technical] = cutInto(PROMPT, "phrase").slice(1);
  const replacements = [
    { start: technical?.start ?? 0, end: technical?.end ?? 0, replacement: "tech" },
    { start: billing?.start ?? 0, end: billing?.end ?? 0, replacement: "" },
  ];
  expect(replaceParts(PROMPT, replacements)).toBe(
    "Name the team: tech (in lower case) - or other.\n- Be brief.",
  );
});
