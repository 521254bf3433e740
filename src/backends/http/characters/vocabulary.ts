import type { RenderedPrompt } from "../../../core/candidate.ts";
import { chatOnly, modelError } from "../../../core/errors.ts";
import type { TokenIds } from "../../../core/model.ts";
import type { Writing } from "../../encoding/encode-pieces.ts";
import { chatAnswer, controlPiece, plainAnswer, plainContext } from "../../encoding/pieces.ts";
import type { TextTokenizer } from "../../encoding/text-tokens.ts";

// The vocabulary of servers that take texts alone: a character is a token, and so is what stands
// between messages. The server's own tokens are unknown until it lists them.

const FIRST_MARK = 0x110000;
const PLAIN = FIRST_MARK;
/** The end of an answer: of its turn, or a blank line in plain text. */
export const END: number = FIRST_MARK + 1;
const ROLES = ["system", "user", "assistant"] as const;
const FIRST_ROLE = FIRST_MARK + 2;
const MARKS = ["", "<end>", ...ROLES.map((role) => `<${role}>`)];

/** A prompt with what stands of the answer already. */
export interface BegunPrompt {
  readonly prompt: RenderedPrompt;
  readonly begun: string;
}

/** How prompts become characters, for a server that takes conversations, or plain texts. */
export function characterWriting(takes: "chat" | "text"): Writing {
  return {
    context: (prompt) => {
      if (prompt.kind === "chat" && takes === "text") refuseChat();
      return Promise.resolve(
        prompt.kind === "text"
          ? plainContext(prompt.text)
          : [
              ...prompt.messages.flatMap(({ role, content }) => [
                controlPiece(markOf(role)),
                { text: content },
              ]),
              controlPiece(markOf("assistant")),
            ],
      );
    },
    answer: (request) => {
      if (request.prompt.kind === "chat") {
        return chatAnswer(request, { beforeAnswer: "", endOfTurn: END });
      }
      const { begun, target } = plainAnswer(request.prompt.text, request);
      return {
        begun,
        target: target.map((piece) => (piece === "blank-line" ? controlPiece(END) : piece)),
      };
    },
    withBegin: (ids, { kind }) => (kind === "text" ? [PLAIN, ...ids] : ids),
  };
}

function refuseChat(): void {
  throw modelError(
    "NO_CHAT_TEMPLATE",
    "This interface takes plain texts, and writes no conversations",
    { hint: "Use the layout `plain`, or `api: chat-stepwise`." },
  );
}

/** Refuses a plain text where conversations alone are taken. Its length can be asked for all the same. */
export function checkIsChat(context: TokenIds): void {
  if (context[0] === PLAIN) throw chatOnly();
}

function markOf(role: (typeof ROLES)[number]): number {
  return FIRST_ROLE + ROLES.indexOf(role);
}

/** A text's characters, wherever it stands. */
export const tokenizeCharacters: TextTokenizer = () =>
  Promise.resolve({ start: charactersOf, continuing: charactersOf });

/** The characters of a text as tokens. */
export function charactersOf(text: string): TokenIds {
  return Int32Array.from(text, (character) => character.codePointAt(0) as number);
}

/** The text of each token alone. */
export function characterTexts(tokens: TokenIds): readonly string[] {
  return Array.from(tokens, (token) =>
    token < FIRST_MARK ? String.fromCodePoint(token) : (MARKS[token - FIRST_MARK] ?? ""),
  );
}

/** The text of tokens, without marks. */
export function textOf(tokens: TokenIds): string {
  return characterTexts(tokens.filter((token) => token < FIRST_MARK)).join("");
}

/** A plain prompt with what stands of the answer already. */
export function plainTextOf({ prompt, begun }: BegunPrompt): string {
  return `${prompt.kind === "text" ? prompt.text : ""}${begun}`;
}

/** The prompt that a context was made of. */
export function promptOf(context: TokenIds): BegunPrompt {
  if (!context.some((token) => token >= FIRST_MARK)) {
    return { prompt: { kind: "text", text: textOf(context) }, begun: "" };
  }
  const starts = [...context.keys()].filter((place) => (context[place] as number) >= FIRST_MARK);
  const parts = starts.map((start, index) => ({
    mark: context[start] as number,
    text: textOf(context.slice(start + 1, starts[index + 1])),
  }));
  if (parts[0]?.mark === PLAIN) {
    return { prompt: { kind: "text", text: parts[0].text }, begun: "" };
  }
  const messages = parts.map(({ mark, text }) => ({
    role: ROLES[mark - FIRST_ROLE] ?? "user",
    content: text,
  }));
  return {
    prompt: { kind: "chat", messages: messages.slice(0, -1) },
    begun: messages.at(-1)?.content ?? "",
  };
}
