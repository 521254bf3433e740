import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import type { Message } from "../../core/candidate.ts";
import { createChatTemplate } from "./chat-template.ts";

const TOKENS = { begin: "<s>", end: "</s>" };

const CHATML =
  "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n{% endfor %}" +
  "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}";

/**
 * Trims contents, begins with the begin token and ends answers with the end token. As everywhere in
 * chat templates, the line break after a block is not part of the text.
 */
const TRIMMING =
  "{{ bos_token }}{% for message in messages %}[{{ message.role }}] {{ message.content | trim }}" +
  "{% if message.role == 'assistant' %}{{ eos_token }}{% endif %}\n{% endfor %}";

const SYSTEM_REFUSED =
  "{% if messages[0].role == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}" +
  "{{ messages[0].content }}";

const user = (content: string): Message => ({ role: "user", content });

const messages = fc.array(
  fc.record({
    role: fc.constantFrom("system" as const, "user" as const, "assistant" as const),
    content: fc.oneof(fc.string(), fc.constantFrom("<|im_end|>", "{{ bos_token }}", " x ", "\n")),
  }),
  { minLength: 1, maxLength: 5 },
);

describe("createChatTemplate", () => {
  test("cuts a rendering where template and message meet", () => {
    const { segments } = createChatTemplate(CHATML, TOKENS).render([user("Hi <|im_end|>")]);
    expect(segments).toEqual([
      { text: "<|im_start|>user\n", origin: "template" },
      { text: "Hi <|im_end|>", origin: "data" },
      { text: "<|im_end|>\n<|im_start|>assistant\n", origin: "template" },
    ]);
  });

  test.prop([messages])("gives back every message's text as data, in order", (messages) => {
    const { segments } = createChatTemplate(CHATML, TOKENS).render(messages);
    const data = segments.filter(({ origin }) => origin === "data").map(({ text }) => text);
    expect(data).toEqual(messages.map(({ content }) => content));
  });

  test("follows a template that trims contents", () => {
    const { segments } = createChatTemplate(TRIMMING, TOKENS).render([user("  Hi\n")]);
    expect(segments.map(({ text }) => text).join("")).toBe("<s>[user] Hi");
    expect(segments[1]).toEqual({ text: "Hi", origin: "data" });
  });

  test("follows a template that trims some messages only", () => {
    const template =
      "{% for message in messages %}{% if message.role == 'system' %}{{ message.content }}\n" +
      "{% else %}[{{ message.content | trim }}]{% endif %}{% endfor %}";
    const { segments } = createChatTemplate(template, TOKENS).render([
      { role: "system", content: "Judge. " },
      user(" Hi "),
    ]);
    const data = segments.filter(({ origin }) => origin === "data").map(({ text }) => text);
    expect(data).toEqual(["Judge. ", "Hi"]);
  });

  test("knows the blank that stands before an answer", () => {
    const instructions =
      "{% for message in messages %}{% if message.role == 'user' %}[INST] {{ message.content }} [/INST]" +
      "{% else %} {{ message.content }} {{ eos_token }}{% endif %}{% endfor %}";
    expect(createChatTemplate(instructions, TOKENS)).toMatchObject({
      beforeAnswer: " ",
      afterAnswer: " </s>",
    });
    expect(createChatTemplate(CHATML, TOKENS).beforeAnswer).toBe("");
  });

  test("writes the same date every day, however the template asks for it", () => {
    const dated =
      "{% if strftime_now is defined %}{{ strftime_now('%d %b %Y, %B %-m %q %%') }}{% endif %}|{{ date_string }}";
    const { segments } = createChatTemplate(dated, TOKENS).render([user("Hi")]);
    expect(segments.map(({ text }) => text).join("")).toBe("26 Jul 2024, July 7 %q %|26 Jul 2024");
  });

  test("knows what follows an answer", () => {
    expect(createChatTemplate(CHATML, TOKENS).afterAnswer).toBe("<|im_end|>\n");
    expect(createChatTemplate(TRIMMING, TOKENS).afterAnswer).toBe("</s>");
    expect(createChatTemplate("{{ messages[0].content }}", TOKENS).afterAnswer).toBe("");
  });

  test("does not read template syntax in a message", () => {
    const { segments } = createChatTemplate(CHATML, TOKENS).render([user("{{ 1 + 1 }}")]);
    expect(segments[1]).toEqual({ text: "{{ 1 + 1 }}", origin: "data" });
  });

  test("a message may hold the characters that usually mark contents", () => {
    const { segments } = createChatTemplate(CHATML, TOKENS).render([user("\ufdd0\ufdd1")]);
    expect(segments[1]).toEqual({ text: "\ufdd0\ufdd1", origin: "data" });
  });

  test("says which conversation the template refuses, and what to do", () => {
    const template = createChatTemplate(SYSTEM_REFUSED, TOKENS);
    const refuse = (): unknown => template.render([{ role: "system", content: "S" }, user("U")]);
    expect(refuse).toThrow(
      "The model's chat template refuses this conversation (system, user): System role not supported",
    );
    expect(refuse).toThrow(
      expect.objectContaining({
        kind: "model",
        hint: "Some models take no system message: use the layout `user` or `user-last`.",
      }),
    );
  });

  test("refuses a template that changes what a message says", () => {
    const template = createChatTemplate("{{ messages[0].content | upper }}", TOKENS);
    // Marks are no letters: only a text that upper case changes shows it.
    expect(template.render([user("ABC")]).segments[1]?.text).toBe("ABC");
    const halving = createChatTemplate("{{ messages[0].content | length }}", TOKENS);
    expect(() => halving.render([user("abc")])).toThrow(
      "The model's chat template changes the text of messages, so data and control tokens cannot be told apart",
    );
  });

  test("says that a template cannot be read", () => {
    expect(() => createChatTemplate("{% for %}", TOKENS)).toThrow(
      /^The model's chat template cannot be read: /,
    );
  });
});
