import type { HelpRequest } from "../../analysis/ask.ts";
import type { RewriteElements } from "./rewrite.ts";

/** For small chat models: a short form to fill in, with little to go wrong. */
export function rewriteChatSmall(elements: RewriteElements): HelpRequest {
  const { description, prompt, hardInput, hardTarget, wrongAnswer, partLines, variables } =
    elements;
  const given = wrongAnswer === null ? "" : `\nAnswer given: ${wrongAnswer}`;
  const parts = partLines.length === 0 ? "" : `\nParts of the prompt:\n${partLines.join("\n")}\n`;
  const keep =
    variables.length === 0
      ? ""
      : `\n- Keep ${variables.map((name) => `{{${name}}}`).join(", ")} as it is.`;
  const content = `Write a better prompt for this task.

Task: ${description}
Prompt now: ${prompt}
${parts}
It fails on this example.
Input: ${hardInput}
Answer: ${hardTarget}${given}

Rules:
- Keep what helps, change or drop what hurts.
- The new prompt must work for every input, so do not mention this example.
- Write the prompt only, not an answer.${keep}

Fill in:
<prompt>the better prompt</prompt>`;
  return { prompt: { kind: "chat", messages: [{ role: "user", content }] }, stop: ["</prompt>"] };
}
