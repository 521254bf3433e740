import { Template } from "@huggingface/jinja";
import type { Message, Role } from "../../core/candidate.ts";
import { messageOf, modelError } from "../../core/errors.ts";
import { DATE_STRING, fixedDate } from "../encoding/fixed-date.ts";

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
  /** The conversation, by default up to where the assistant's answer begins. */
  render(messages: readonly Message[], addGenerationPrompt?: boolean): RenderedConversation;
  /** What the template writes after an assistant's message: end-of-turn marker and the rest. */
  readonly afterAnswer: string;
  /** Blanks that the template writes between where an answer begins and its text. */
  readonly beforeAnswer: string;
}

/** Texts of the model's begin and end tokens, which templates may print. */
export interface TemplateTokens {
  readonly begin: string;
  readonly end: string;
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
        date_string: DATE_STRING,
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
    render: (messages, addGenerationPrompt = true) => ({
      segments: renderSegments(messages, (each) => text(each, addGenerationPrompt)),
    }),
    ...aroundAnswer(text),
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
 * template trims contents the marks would keep the blanks alive, so contents trimmed by role are tried
 * too: some templates trim the user's text and leave the system's as it is.
 */
function renderSegments(messages: readonly Message[], render: RenderText): readonly Segment[] {
  const expected = render(messages);
  const [open, close] = unusedMarks(messages);
  for (const roles of TRIMMED_ROLES) {
    const variant = messages.map((each) => (roles.includes(each.role) ? trimmed(each) : each));
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

const TRIMMED_ROLES: readonly (readonly Role[])[] = [
  [],
  ["system", "user", "assistant"],
  ["user", "assistant"],
  ["user"],
  ["assistant"],
  ["system"],
  ["system", "user"],
  ["system", "assistant"],
];

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

const QUESTION: Message = { role: "user", content: "A question" };
const PROBE: Message = { role: "assistant", content: "An answer to find again" };

function aroundAnswer(
  text: (messages: readonly Message[], addGenerationPrompt: boolean) => string,
): Pick<ChatTemplate, "beforeAnswer" | "afterAnswer"> {
  const rendered = text([QUESTION, PROBE], false);
  const place = rendered.lastIndexOf(PROBE.content);
  if (place < 0) return { beforeAnswer: "", afterAnswer: "" };
  const prompt = text([QUESTION], true);
  const before = rendered.startsWith(prompt) ? rendered.slice(prompt.length, place) : "";
  return {
    // Anything but blanks, such as an empty thought, is not what the model is asked to go on from.
    beforeAnswer: before.trim() === "" ? before : "",
    afterAnswer: rendered.slice(place + PROBE.content.length),
  };
}
