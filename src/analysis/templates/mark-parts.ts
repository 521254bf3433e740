import type { RewriterForm } from "../../core/task.ts";
import type { HelpRequest } from "../ask.ts";

const TASK =
  "Split a prompt into its independent parts, so that each could be removed and the rest would still read well. Copy the prompt word for word and put <mask> before and </mask> after each part. Use at most {{limit}} parts.";

const WORKED_EXAMPLES = `A prompt is copied word for word, and each of its independent parts is put between <mask> and </mask>.

Prompt: Translate the sentence to German. Keep names as they are. Write the translation only.
Parts: <mask>Translate the sentence to German.</mask> <mask>Keep names as they are.</mask> <mask>Write the translation only.</mask>

Prompt: You are a careful accountant. Add the numbers and round the sum to two digits.
Parts: <mask>You are a careful accountant.</mask> <mask>Add the numbers</mask> <mask>and round the sum to two digits.</mask>

`;

/** Asks for a copy of the prompt with its parts marked, in the form that suits the model. */
export function markPartsRequest(form: RewriterForm, prompt: string, limit: number): HelpRequest {
  const task = TASK.replace("{{limit}}", String(limit));
  switch (form) {
    case "completion":
      return {
        prompt: { kind: "text", text: `${WORKED_EXAMPLES}Prompt: ${prompt}\nParts:` },
        stop: ["\n\nPrompt:"],
      };
    case "chat-small":
      return chat(
        `${task}\n\nExample\nPrompt: Translate the sentence to German. Keep names as they are.\n<prompt><mask>Translate the sentence to German.</mask> <mask>Keep names as they are.</mask></prompt>\n\nNow do the same and write nothing else.\nPrompt: ${prompt}`,
      );
    case "chat-large":
      return chat(
        `${task}\n\nA part may be a role, a rule, a hint, a step, a remark on form, an example or a clause; choose the cuts that tell most about what helps. Change no character of the prompt. Answer with the marked copy between <prompt> and </prompt>, and nothing else.\n\nThe prompt:\n${prompt}`,
      );
  }
}

function chat(content: string): HelpRequest {
  return { prompt: { kind: "chat", messages: [{ role: "user", content }] }, stop: ["</prompt>"] };
}
