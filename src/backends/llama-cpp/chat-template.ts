import { Template } from "@huggingface/jinja";
import type { Message } from "../../core/candidate.ts";
import { messageOf, modelError } from "../../core/errors.ts";

/** A rendered conversation, cut where the template's words and the users' words meet. */
interface RenderedConversation {
  readonly segments: readonly Segment[];
}

export interface Segment {
  readonly text: string;
  /** `data` came from a message and must never be read as control tokens. */
  readonly origin: "template" | "data";
}

/** A model's chat template, ready to render. */
export interface ChatTemplate {
  /** The conversation up to where the assistant's answer begins. */
  render(messages: readonly Message[]): RenderedConversation;
  /** What the template writes after an assistant's message: end-of-turn marker and the rest. */
  readonly afterAnswer: string;
}

/** Texts of the model's begin and end tokens, which templates may print. */
export interface TemplateTokens {
  readonly begin: string;
  readonly end: string;
}

/** Templates that print today's date would score differently tomorrow: for them it is always this day. */
const FIXED_DATE: Readonly<Record<string, string>> = {
  "%Y": "2024",
  "%m": "07",
  "%d": "26",
  "%B": "July",
  "%b": "Jul",
  "%A": "Friday",
  "%a": "Fri",
  "%H": "12",
  "%M": "00",
  "%S": "00",
};

function fixedDate(format: string): string {
  return format.replace(/%[A-Za-z]/g, (field) => FIXED_DATE[field] ?? field);
}

/** Parses a Jinja chat template as found in a GGUF file's metadata. */
export function createChatTemplate(source: string, tokens: TemplateTokens): ChatTemplate {
  const template = parse(source);
  const text = (messages: readonly Message[], addGenerationPrompt: boolean): string => {
    try {
      return template.render({
        messages,
        add_generation_prompt: addGenerationPrompt,
        bos_token: tokens.begin,
        eos_token: tokens.end,
        tools: null,
        date_string: fixedDate("%d %b %Y"),
        fixed_date: fixedDate,
      });
    } catch (error) {
      throw modelError(
        "CHAT_TEMPLATE_REFUSES",
        `The model's chat template refuses this conversation (${messages.map(({ role }) => role).join(", ")}): ${messageOf(error)}`,
        {
          cause: error,
          hint: "Some models take no system message: use the layout `user` or `user-last`.",
        },
      );
    }
  };
  return {
    render: (messages) => ({ segments: renderSegments(messages, (each) => text(each, true)) }),
    afterAnswer: textAfterAnswer((messages) => text(messages, false)),
  };
}

function parse(source: string): Template {
  try {
    // The library's own function of this name prints today's date, and cannot be overridden.
    return new Template(source.replaceAll("strftime_now", "fixed_date"));
  } catch (error) {
    throw modelError(
      "CHAT_TEMPLATE_BROKEN",
      `The model's chat template cannot be read: ${messageOf(error)}`,
      { cause: error, hint: "Use the layout `plain`, which needs no chat template." },
    );
  }
}

type RenderText = (messages: readonly Message[]) => string;

/**
 * Finds the messages' texts in the rendering by rendering once more with marked contents. When the
 * template trims contents the marks would keep the blanks alive, so trimmed contents are tried too.
 */
function renderSegments(messages: readonly Message[], render: RenderText): readonly Segment[] {
  const expected = render(messages);
  const [open, close] = unusedMarks(messages);
  const variants = [messages, messages.map(trimmed)];
  for (const variant of variants) {
    const marked = variant.map((message) => ({
      ...message,
      content: `${open}${message.content}${close}`,
    }));
    const segments = cutAtMarks(render(marked), open, close);
    if (segments.map(({ text }) => text).join("") === expected) return segments;
  }
  throw modelError(
    "CHAT_TEMPLATE_REWRITES",
    "The model's chat template changes the text of messages, so data and control tokens cannot be told apart",
    { hint: "Use the layout `plain`, which needs no chat template." },
  );
}

function trimmed(message: Message): Message {
  return { ...message, content: message.content.trim() };
}

/** Two noncharacters that occur in none of the messages. */
function unusedMarks(messages: readonly Message[]): readonly [string, string] {
  const used = messages.map(({ content }) => content).join("");
  const free: string[] = [];
  for (let code = 0xfdd0; code <= 0xfdef && free.length < 2; code++) {
    const mark = String.fromCharCode(code);
    if (!used.includes(mark)) free.push(mark);
  }
  const [open, close] = free;
  if (open === undefined || close === undefined) {
    throw modelError(
      "CHAT_TEMPLATE_MARKS",
      "The messages hold every Unicode noncharacter there is",
    );
  }
  return [open, close];
}

function cutAtMarks(text: string, open: string, close: string): readonly Segment[] {
  return text.split(open).flatMap((piece, index): Segment[] => {
    if (index === 0) return [{ text: piece, origin: "template" }];
    const end = piece.indexOf(close);
    return [
      { text: piece.slice(0, end), origin: "data" },
      { text: piece.slice(end + close.length), origin: "template" },
    ];
  });
}

const PROBE = "An answer to find again";

function textAfterAnswer(render: RenderText): string {
  const rendered = render([
    { role: "user", content: "A question" },
    { role: "assistant", content: PROBE },
  ]);
  const place = rendered.lastIndexOf(PROBE);
  return place < 0 ? "" : rendered.slice(place + PROBE.length);
}
