import { expect, test } from "vitest";
import { checkRewrite, type RewriteRules } from "./check-rewrite.ts";

const RULES: RewriteRules = {
  prompt: "Judge {{input}}.",
  hardCase: {
    id: "1",
    inputs: { input: "A long and winding review of a film." },
    target: "negative",
  },
  maxCharacters: 200,
  options: ["negative", "positive"],
};

test("takes the text between the tags, without quotation marks", () => {
  const reply = 'It is too short. <prompt>\n"Decide about {{input}}."\n</prompt> Good luck!';
  expect(checkRewrite(reply, RULES)).toEqual({ instruction: "Decide about {{input}}." });
});

test("a reply whose opening tag was cut off still counts", () => {
  expect(checkRewrite("Decide about {{input}}.</prompt>", RULES)).toEqual({
    instruction: "Decide about {{input}}.",
  });
});

test.each([
  ["empty", "<prompt> </prompt>"],
  ["empty", "<prompt>…</prompt>"],
  ["unchanged", "<prompt>Judge {{input}}.</prompt>"],
  ["too-long", `<prompt>{{input}} ${"very ".repeat(60)}</prompt>`],
  ["lost-variable", "<prompt>Judge the input.</prompt>"],
  ["holds-the-answer", "<prompt>Judge {{input}}: it is negative.</prompt>"],
  ["quotes-the-input", "<prompt>Judge {{input}}. A long and winding review of a film.</prompt>"],
  ["left-over-tags", "<prompt>Judge {{input}}. <MASK></prompt>"],
])("refuses a rewrite that is %s: %s", (fault, reply) => {
  expect(checkRewrite(reply, RULES)).toEqual({ fault });
});

test("naming all legal answers gives none away", () => {
  const reply = "<prompt>Is {{input}} negative or positive?</prompt>";
  expect(checkRewrite(reply, RULES)).toHaveProperty("instruction");
});

test("an answer inside another word is no answer", () => {
  const rules = { ...RULES, options: null, hardCase: { ...RULES.hardCase, target: "in" } };
  expect(checkRewrite("<prompt>Consider the meaning of {{input}}.</prompt>", rules)).toHaveProperty(
    "instruction",
  );
});
