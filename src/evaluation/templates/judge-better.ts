import type { RewriterForm } from "../../core/task.ts";
import { judgePrompt, type JudgeQuestion, oneLine } from "./judge.ts";

/** Two answers of which one may be better, with the known good one to measure them by. */
export interface RivalAnswers {
  readonly input: string;
  readonly reference: string;
  readonly first: string;
  readonly second: string;
}

const WORKED_EXAMPLES = `Of two answers to the same input, the one is named that is nearer to the known good answer.

Input: Which city is the capital of France?
Known good answer: Paris
Answer A: It is Paris.
Answer B: France is a country in Europe.
Better answer: A

Input: The soup was cold and the waiter rude.
Known good answer: negative
Answer A: positive
Answer B: negative
Better answer: B

Input: How many legs have three cats?
Known good answer: 12
Answer A: Cats have legs.
Answer B: twelve
Better answer: B

Input: Who wrote the letter?
Known good answer: her brother
Answer A: Her brother wrote it.
Answer B: Nobody knows.
Better answer: A

`;

/** Asks which of two answers is better, A or B. */
export function judgeBetter(
  form: RewriterForm,
  { input, reference, first, second }: RivalAnswers,
): JudgeQuestion {
  const pattern = [
    `Input: ${oneLine(input)}`,
    `Known good answer: ${oneLine(reference)}`,
    `Answer A: ${oneLine(first)}`,
    `Answer B: ${oneLine(second)}`,
    "Better answer:",
  ];
  return {
    words: ["A", "B"],
    prompt: judgePrompt(form, {
      completion: WORKED_EXAMPLES + pattern.join("\n"),
      chat: `Which of two answers to the same input is better? The known good answer says what is right. Length and order do not matter.

Input:
${input}

Known good answer:
${reference}

Answer A:
${first}

Answer B:
${second}

Reply with one letter, A or B.`,
    }),
  };
}
