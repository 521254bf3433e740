import type { Demonstration } from "./example.ts";

export type Role = "system" | "user" | "assistant";

/** One message of a conversation. */
export interface Message {
  readonly role: Role;
  readonly content: string;
}

/**
 * Where the instruction, the demonstrations and the input stand.
 * - `system`: the instruction is the system message, the input the user message.
 * - `user`: instruction, blank line, input, in one user message; every demonstration turn alike.
 * - `user-last`: as `user`, with the input first.
 * - `plain`: no chat template; "Input: …" and "Output:" lines with the given field names.
 * - `template`: the prompt holds `{{variables}}` and is the user message itself.
 * - `messages`: a list of messages from the task file, `{{instruction}}` and variables filled in.
 */
export type Layout =
  | { readonly kind: "system" }
  | { readonly kind: "user" }
  | { readonly kind: "user-last" }
  | { readonly kind: "plain"; readonly inputName: string; readonly targetName: string }
  | { readonly kind: "template" }
  | { readonly kind: "messages"; readonly messages: readonly Message[] };

/** A prompt in full: what the search changes and what a model finally sees. */
export interface Candidate {
  readonly instruction: string;
  readonly layout: Layout;
  readonly demonstrations: readonly Demonstration[];
}

/** A prompt with everything filled in: a conversation for the chat template, or bare text. */
export type RenderedPrompt =
  | { readonly kind: "chat"; readonly messages: readonly Message[] }
  | { readonly kind: "text"; readonly text: string };

/** Equal for two candidates exactly when a model would see the same prompts. */
export function candidateKey(candidate: Candidate): string {
  return JSON.stringify([
    candidate.instruction,
    candidate.layout,
    candidate.demonstrations.map((demonstration) => demonstration.id),
  ]);
}

/** A short name of a layout for tables and logs: `plain(Review/Sentiment)`. */
export function layoutName(layout: Layout): string {
  return layout.kind === "plain" ? `plain(${layout.inputName}/${layout.targetName})` : layout.kind;
}

/** The name of a plain layout with field names of its own. */
const PLAIN_LAYOUT_NAME: RegExp = /^plain\(([^/()]+)\/([^/()]+)\)$/;

/** The layout of a name such as `user`, `plain` or `plain(Review/Sentiment)`; null where there is none. */
export function layoutFromName(name: string): Layout | null {
  if (name === "system" || name === "user" || name === "user-last") return { kind: name };
  if (name === "plain") return { kind: "plain", inputName: "Input", targetName: "Output" };
  const [, inputName, targetName] = PLAIN_LAYOUT_NAME.exec(name) ?? [];
  return inputName === undefined || targetName === undefined
    ? null
    : { kind: "plain", inputName, targetName };
}

const VARIABLE = /\{\{\s*([\p{L}_][\p{L}\p{N}_.-]*)\s*\}\}/gu;

/** The distinct `{{variables}}` of a text, in order of appearance. */
export function templateVariables(text: string): readonly string[] {
  return [...new Set([...text.matchAll(VARIABLE)].map(([, name = ""]) => name))];
}

/** Fills `{{variables}}` in one pass: what a value holds is never expanded again. Unknown ones stay. */
export function fillTemplate(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(VARIABLE, (whole, name: string) => values[name] ?? whole);
}
