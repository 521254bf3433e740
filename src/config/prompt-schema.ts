import { z } from "zod";
import { type Layout, type Message, templateVariables } from "../core/candidate.ts";
import type { PromptConfig } from "./config.ts";
import { someText } from "./schema-parts.ts";

const layoutSchema: z.ZodType<Layout> = z
  .union([
    z
      .enum(["system", "user", "user-last", "plain"])
      .transform((kind): Layout =>
        kind === "plain" ? { kind, inputName: "Input", targetName: "Output" } : { kind },
      ),
    z
      .strictObject({
        plain: z.strictObject({
          input: someText.default("Input").describe("Name before the input."),
          target: someText.default("Output").describe("Name before the answer."),
        }),
      })
      .transform(({ plain }): Layout => ({
        kind: "plain",
        inputName: plain.input,
        targetName: plain.target,
      })),
  ])
  .describe(
    "Where instruction and input stand: system (instruction as system message), user (both in one user message), user-last (input first), plain (no chat template, with the given field names).",
  );

const messageSchema: z.ZodType<Message> = z.strictObject({
  role: z.enum(["system", "user", "assistant"]),
  content: z.string().describe("May hold {{instruction}} and {{variables}} of the data."),
});

interface PromptAsWritten {
  readonly text?: string | undefined;
  readonly file?: string | undefined;
  readonly instruction?: string | undefined;
  readonly instructionFile?: string | undefined;
  readonly messages?: readonly Message[] | undefined;
  readonly layout?: Layout | undefined;
}

const promptMapping: z.ZodType<PromptConfig> = z
  .strictObject({
    text: z.string().optional().describe("The start prompt itself."),
    file: someText.optional().describe("A file that holds the start prompt."),
    instruction: z.string().optional().describe("The same as text."),
    instructionFile: someText.optional().describe("The same as file."),
    messages: z
      .array(messageSchema)
      .min(1)
      .optional()
      .describe("A conversation of your own, with {{instruction}} and {{variables}} in it."),
    layout: layoutSchema.optional(),
  })
  .superRefine((prompt, context) => {
    const message = promptMistake(prompt);
    if (message !== null) context.addIssue({ code: "custom", message });
  })
  .transform((prompt) => ({
    instruction: prompt.text ?? prompt.instruction ?? null,
    instructionFile: prompt.file ?? prompt.instructionFile ?? null,
    messages: prompt.messages ?? null,
    layout: prompt.layout ?? null,
  }));

const promptText: z.ZodType<PromptConfig> = z
  .string()
  .superRefine((text, context) => {
    if (/^\S+\.(txt|md|prompt)$/i.test(text)) {
      context.addIssue({
        code: "custom",
        message: `"${text}" looks like a file; write { file: ${text} }, or { text: … } if it is the prompt`,
      });
    }
  })
  .transform((instruction) => ({
    instruction,
    instructionFile: null,
    messages: null,
    layout: null,
  }));

/** The start prompt: its text, or a mapping that says where it stands. */
export const promptSchema: z.ZodType<PromptConfig> = z
  .union([promptText, promptMapping])
  .describe("The start prompt: its text, a file, or a conversation.");

function promptMistake(prompt: PromptAsWritten): string | null {
  const sources = (["text", "file", "instruction", "instructionFile"] as const).filter(
    (key) => prompt[key] !== undefined,
  );
  if (sources.length > 1) return `${sources.join(" and ")} both give the prompt; keep one`;
  const { messages } = prompt;
  if (messages === undefined) {
    return sources.length === 0 ? "one of text, file and messages is needed" : null;
  }
  if (prompt.layout !== undefined) {
    return "messages are a layout of their own; leave out layout or messages";
  }
  const instructed = messages.some(({ content }) =>
    templateVariables(content).includes("instruction"),
  );
  if (sources.length === 1 && !instructed) {
    return `no message holds {{instruction}}, where ${sources.join()} would stand`;
  }
  return sources.length === 0 && instructed
    ? "the messages hold {{instruction}}, but neither text nor file says what it is"
    : null;
}
