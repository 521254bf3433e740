import { describe, expect, test } from "vitest";
import type { Candidate, Layout } from "../core/candidate.ts";
import { renderPrompt, titled } from "./render.ts";

const demonstration = { id: "d", inputs: { review: "Dull." }, target: "negative" };
const inputs = { review: "Great fun." };

const candidate = (layout: Layout, demonstrations = [demonstration]): Candidate => ({
  instruction: "Positive or negative?",
  layout,
  demonstrations,
});

describe("renderPrompt", () => {
  test("system: instruction once, demonstrations as turns", () => {
    expect(renderPrompt(candidate({ kind: "system" }), inputs)).toEqual({
      kind: "chat",
      messages: [
        { role: "system", content: "Positive or negative?" },
        { role: "user", content: "Dull." },
        { role: "assistant", content: "negative" },
        { role: "user", content: "Great fun." },
      ],
    });
  });

  test("user and user-last: the instruction in every user turn", () => {
    const contents = (layout: Layout): readonly string[] => {
      const prompt = renderPrompt(candidate(layout), inputs);
      return prompt.kind === "chat" ? prompt.messages.map(({ content }) => content) : [];
    };
    expect(contents({ kind: "user" })).toEqual([
      "Positive or negative?\n\nDull.",
      "negative",
      "Positive or negative?\n\nGreat fun.",
    ]);
    expect(contents({ kind: "user-last" }).at(-1)).toBe("Great fun.\n\nPositive or negative?");
  });

  test("plain: field names, blank lines between blocks, and a blank where the answer goes", () => {
    const layout: Layout = { kind: "plain", inputName: "Review", targetName: "Sentiment" };
    expect(renderPrompt(candidate(layout), inputs)).toEqual({
      kind: "text",
      text: "Positive or negative?\n\nReview: Dull.\nSentiment: negative\n\nReview: Great fun.\nSentiment: ",
    });
  });

  test("plain: several variables go by their own names", () => {
    const layout: Layout = { kind: "plain", inputName: "Input", targetName: "Answer" };
    const prompt = renderPrompt(candidate(layout, []), { product_name: "Lamp", price: "3" });
    expect(prompt).toMatchObject({
      text: "Positive or negative?\n\nProduct name: Lamp\nPrice: 3\nAnswer: ",
    });
  });

  test("template: the prompt is the user message, variables filled in once", () => {
    const template = { ...candidate({ kind: "template" }), instruction: "Judge: {{review}}" };
    const prompt = renderPrompt(template, { review: "{{review}}" });
    expect(prompt).toMatchObject({ messages: [{}, {}, { content: "Judge: {{review}}" }] });
  });

  test("messages: the user's own conversation, with the searched instruction in it", () => {
    const layout: Layout = {
      kind: "messages",
      messages: [
        { role: "system", content: "Rules: {{instruction}}" },
        { role: "user", content: "Review: {{review}}" },
      ],
    };
    expect(renderPrompt(candidate(layout), inputs)).toEqual({
      kind: "chat",
      messages: [
        { role: "system", content: "Rules: Positive or negative?" },
        { role: "user", content: "Review: Dull." },
        { role: "assistant", content: "negative" },
        { role: "user", content: "Review: Great fun." },
      ],
    });
  });

  test("messages: what the data hold is never taken for the instruction", () => {
    const layout: Layout = {
      kind: "messages",
      messages: [{ role: "user", content: "{{instruction}}: {{review}}" }],
    };
    expect(renderPrompt(candidate(layout, []), { review: "{{instruction}} {{review}}" })).toEqual({
      kind: "chat",
      messages: [{ role: "user", content: "Positive or negative?: {{instruction}} {{review}}" }],
    });
  });

  test("an empty instruction leaves no empty message or paragraph", () => {
    const empty = (layout: Layout): Candidate => ({ ...candidate(layout, []), instruction: "" });
    expect(renderPrompt(empty({ kind: "system" }), inputs)).toEqual({
      kind: "chat",
      messages: [{ role: "user", content: "Great fun." }],
    });
    const plain = renderPrompt(empty({ kind: "plain", inputName: "Q", targetName: "A" }), inputs);
    expect(plain).toEqual({ kind: "text", text: "Q: Great fun.\nA: " });
  });
});

test("field names are written as people write them", () => {
  expect(titled("product_name")).toBe("Product name");
});
