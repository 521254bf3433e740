import type { Proposer } from "../../core/proposal.ts";
import { editProposer } from "./edit-proposer.ts";
import { withSentence } from "./with-sentence.ts";

/** Phrasings that often move a model, in no order. Each stands before or after the instruction. */
const OPENINGS = [
  "You are an expert at this task.",
  "Read the input carefully.",
  "Complete the task below.",
  "Look at the examples and continue the pattern.",
  "Solve the following task.",
] as const;

const CLOSINGS = [
  "Give the answer directly.",
  "Be precise and brief.",
  "Think about what the input means before you answer.",
  "Follow the same format every time.",
  "Let's think step by step.",
  "If you are unsure, give the most likely answer.",
] as const;

/** Adds a phrase from the bank, or says the task's description in place of the instruction. */
export const phrases: Proposer = editProposer({
  operator: "phrase",
  applies: (task) => task.search.instruction,
  ideas: ({ incumbent, task, random }) => {
    const { instruction } = incumbent.candidate;
    const variants = [
      ...OPENINGS.map((phrase) => `${phrase} ${instruction}`),
      ...CLOSINGS.map((phrase) => withSentence(incumbent.candidate, phrase).instruction),
      ...(incumbent.candidate.layout.kind === "template" ? [] : [task.description]),
    ];
    return random
      .shuffle(variants.map((variant) => variant.trim()))
      .filter((variant) => variant !== "" && variant !== instruction)
      .map((variant) => ({ ...incumbent.candidate, instruction: variant }));
  },
});
