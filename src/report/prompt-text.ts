import type { Candidate, Message } from "../core/candidate.ts";
import { renderPrompt } from "../scoring/render.ts";
import { withoutTrailingSpaces } from "../core/trailing-spaces.ts";

/** A prompt as the model sees it, with the names of the inputs in place of them and the roles of messages before them. */
export function promptText(candidate: Candidate, variables: readonly string[]): string {
  return shownPrompt(candidate, variables, (messages) =>
    messages.map(({ role, content }) => `[${role}] ${content}`).join("\n"),
  );
}

/** The same as it is put to use elsewhere: a text, or the messages as JSON where they are several. */
export function promptToCopy(candidate: Candidate, variables: readonly string[]): string {
  return shownPrompt(candidate, variables, (messages) => {
    const [first, ...others] = messages;
    return first !== undefined && others.length === 0
      ? first.content
      : JSON.stringify(messages, null, 2);
  });
}

function shownPrompt(
  candidate: Candidate,
  variables: readonly string[],
  write: (messages: readonly Message[]) => string,
): string {
  const inputs = Object.fromEntries(variables.map((name) => [name, `{{${name}}}`]));
  const prompt = renderPrompt(candidate, inputs);
  // A blank at the end of a plain text belongs to the answer.
  return prompt.kind === "text" ? withoutTrailingSpaces(prompt.text) : write(prompt.messages);
}
