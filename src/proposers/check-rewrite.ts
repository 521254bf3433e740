import { templateVariables } from "../core/candidate.ts";
import type { Example } from "../core/example.ts";
import { insidePromptTags } from "../analysis/find-parts.ts";

/** Why a rewriter's reply is no use. */
export type RewriteFault =
  | "empty"
  | "unchanged"
  | "too-long"
  | "lost-variable"
  | "holds-the-answer"
  | "quotes-the-input"
  | "left-over-tags";

/** What a rewrite is held against. */
export interface RewriteRules {
  readonly prompt: string;
  readonly hardCase: Example;
  readonly maxCharacters: number;
  /** Answers that any prompt of this task may name. */
  readonly options: readonly string[] | null;
}

/** The new prompt of a reply, or why it cannot be used. */
export function checkRewrite(
  reply: string,
  rules: RewriteRules,
): { readonly instruction: string } | { readonly fault: RewriteFault } {
  const instruction = promptInReply(reply);
  const fault = findFault(instruction, rules);
  return fault === null ? { instruction } : { fault };
}

/** The prompt that a reply holds, without tags and quotation marks around it. */
export function promptInReply(reply: string): string {
  return unquoted(insidePromptTags(reply));
}

function findFault(instruction: string, rules: RewriteRules): RewriteFault | null {
  const { prompt, hardCase, maxCharacters, options } = rules;
  if (instruction.replace(/[^\p{L}\p{N}]/gu, "") === "") return "empty";
  if (instruction === prompt.trim()) return "unchanged";
  if (instruction.length > maxCharacters) return "too-long";
  if (/<\/?(prompt|mask)>|<MASK>/.test(instruction)) return "left-over-tags";
  const kept = templateVariables(instruction);
  if (templateVariables(prompt).some((variable) => !kept.includes(variable))) {
    return "lost-variable";
  }
  const named = options !== null && options.every((option) => holdsPhrase(instruction, option));
  if (
    !named &&
    !holdsPhrase(prompt, hardCase.target) &&
    holdsPhrase(instruction, hardCase.target)
  ) {
    return "holds-the-answer";
  }
  const quoted = Object.values(hardCase.inputs).some(
    (input) => input.length >= 20 && instruction.includes(input),
  );
  return quoted ? "quotes-the-input" : null;
}

/** Whether the phrase stands in the text as whole words, in any case. */
function holdsPhrase(text: string, phrase: string): boolean {
  const wanted = words(phrase);
  return wanted !== "" && ` ${words(text)} `.includes(` ${wanted} `);
}

function words(text: string): string {
  return (text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).join(" ");
}

/** Small models like to put their prompt in quotation marks. */
function unquoted(text: string): string {
  const inside = /^(["'“”])([\s\S]+)["'“”]$/.exec(text.trim())?.[2];
  return (inside ?? text).trim();
}
