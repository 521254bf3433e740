import { expect, test } from "vitest";
import { promptText, promptToCopy } from "./prompt-text.ts";

const INSTRUCTION = { instruction: "Name the team.", demonstrations: [] };
const PLAIN = { kind: "plain", inputName: "Text", targetName: "Label" } as const;

test("a plain prompt has no blank at its end: that belongs to the answer", () => {
  for (const write of [promptText, promptToCopy]) {
    const text = write({ ...INSTRUCTION, layout: PLAIN }, ["ticket"]);
    expect(text).toMatch(/\{\{ticket\}\}/);
    expect(text).toMatch(/Label:$/);
  }
});

test("a conversation is shown with its roles, and copied as messages", () => {
  const candidate = { ...INSTRUCTION, layout: { kind: "system" } } as const;
  expect(promptText(candidate, ["ticket"])).toMatch(/^\[system\] Name the team\./);
  const copied = JSON.parse(promptToCopy(candidate, ["ticket"])) as { role: string }[];
  expect(copied.map(({ role }) => role)).toEqual(["system", "user"]);
});

test("a lone message is copied as it is", () => {
  const candidate = { ...INSTRUCTION, layout: { kind: "user" } } as const;
  expect(promptToCopy(candidate, ["ticket"])).toMatch(/^Name the team\./);
});
