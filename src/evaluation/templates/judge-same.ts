import type { RewriterForm } from "../../core/task.ts";
import { judgePrompt, type JudgeQuestion, oneLine } from "./judge.ts";

/** Two answers to one input, neither of them named as the known good one. */
export interface AnswerPair {
  /** Null: whether they say the same. */
  readonly question: string | null;
  readonly input: string;
  readonly first: string;
  readonly second: string;
}

const SAME = "Do both answers say the same?";

const WORKED_EXAMPLES = `Two answers to the same input are compared.

Input: Which city is the capital of France?
Answer A: Paris
Answer B: It is Paris.
Do both answers say the same? Yes

Input: The soup was cold and the waiter rude.
Answer A: positive
Answer B: negative
Do both answers say the same? No

Input: How many legs have three cats?
Answer A: 12
Answer B: three times four, so twelve
Do both answers say the same? Yes

Input: Who wrote the letter?
Answer A: Her brother wrote it.
Answer B: Nobody knows.
Do both answers say the same? No

`;

/** Asks whether two answers say the same, Yes or No. */
export function judgeSame(
  form: RewriterForm,
  { question, input, first, second }: AnswerPair,
): JudgeQuestion {
  const asked = question ?? SAME;
  // The worked examples answer the usual question only.
  const opening = question === null ? WORKED_EXAMPLES : "";
  const pattern = [
    `Input: ${oneLine(input)}`,
    `Answer A: ${oneLine(first)}`,
    `Answer B: ${oneLine(second)}`,
    oneLine(asked),
  ];
  return {
    words: ["Yes", "No"],
    prompt: judgePrompt(form, {
      completion: opening + pattern.join("\n"),
      chat: `Compare two answers to the same input. Their length, wording and order do not matter, only what they say.

Input:
${input}

Answer A:
${first}

Answer B:
${second}

${asked} Reply with one word, Yes or No.`,
    }),
  };
}
