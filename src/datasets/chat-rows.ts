import type { Example } from "../core/example.ts";
import { type Row, rowError } from "./row.ts";

interface Turn {
  readonly role: string;
  readonly content: string;
}

/**
 * A conversation as OpenAI's fine-tuning files have it: the last assistant turn is the answer, the
 * turns before it the input. System turns are left out: they are the prompt that is searched for.
 */
export function readChatRow(row: Row): Example {
  const turns = turnsOf(row);
  const answer = turns.at(-1);
  if (answer?.role !== "assistant") {
    throw rowError(row, "DATA_CHAT_UNANSWERED", 'the last of "messages" is no assistant\'s answer');
  }
  const before = turns.slice(0, -1).filter(({ role }) => role !== "system");
  if (before.length === 0) {
    throw rowError(
      row,
      "DATA_CHAT_NO_INPUT",
      'no user message stands before the answer in "messages"',
    );
  }
  return { id: String(row.number), inputs: { input: transcript(before) }, target: answer.content };
}

function turnsOf(row: Row): readonly Turn[] {
  const { messages } = row.values;
  if (!Array.isArray(messages)) {
    throw rowError(row, "DATA_FIELD_MISSING", 'no list "messages"');
  }
  return messages.map((message: unknown, index) => {
    if (isTurn(message)) return message;
    throw rowError(
      row,
      "DATA_FIELD_TYPE",
      `item ${index + 1} of field "messages" has no text in "role" and "content"`,
    );
  });
}

function isTurn(value: unknown): value is Turn {
  return (
    typeof value === "object" &&
    value !== null &&
    "role" in value &&
    "content" in value &&
    typeof value.role === "string" &&
    typeof value.content === "string"
  );
}

/** One turn stands for itself; several are told apart by who speaks. */
function transcript(turns: readonly Turn[]): string {
  return turns.length === 1
    ? (turns[0]?.content ?? "")
    : turns.map(({ role, content }) => `${role}: ${content}`).join("\n");
}
