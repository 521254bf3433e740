import type { Candidate } from "../core/candidate.ts";
import { renderPrompt } from "../scoring/render.ts";

/** A prompt as the model sees it, with the names of the inputs in place of them. */
export function promptText(candidate: Candidate, variables: readonly string[]): string {
  const inputs = Object.fromEntries(variables.map((name) => [name, `{{${name}}}`]));
  const prompt = renderPrompt(candidate, inputs);
  return prompt.kind === "text"
    ? prompt.text
    : prompt.messages.map(({ role, content }) => `[${role}] ${content}`).join("\n");
}
