import type { Candidate } from "../../core/candidate.ts";

/**
 * The candidate with one more sentence at the end of its instruction. Where the prompt holds
 * `{{variables}}`, it stands above the line of the first one: what follows the last is the cue that
 * answers are written behind.
 */
export function withSentence(candidate: Candidate, sentence: string): Candidate {
  const { instruction, layout } = candidate;
  const variable = layout.kind === "template" ? instruction.indexOf("{{") : -1;
  if (variable < 0) return { ...candidate, instruction: joined(instruction, sentence) };
  const line = instruction.lastIndexOf("\n", variable) + 1;
  const above = instruction.slice(0, line);
  const text = above.trimEnd();
  const gap = text === "" ? "\n" : above.slice(text.length);
  return {
    ...candidate,
    instruction: `${joined(text, sentence)}${gap}${instruction.slice(line)}`,
  };
}

function joined(text: string, sentence: string): string {
  const before = text.trimEnd();
  if (before === "") return sentence;
  return `${before}${/[.!?:]$/.test(before) ? " " : ". "}${sentence}`;
}
