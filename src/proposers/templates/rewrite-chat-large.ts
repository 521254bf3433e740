import type { HelpRequest } from "../../analysis/ask.ts";
import type { RewriteElements } from "./rewrite.ts";

/** For capable models: a diagnosis first, then freely chosen edits. */
export function rewriteChatLarge(elements: RewriteElements): HelpRequest {
  const { description, prompt, hardInput, hardTarget, wrongAnswer, partLines, variables } =
    elements;
  const isLikelihood = wrongAnswer === null;
  const parts =
    partLines.length === 0
      ? ""
      : `\n<part-effects>\nEach part of the prompt was masked in turn and the loss measured again. Treat this as advice, not as an order.\n${partLines.join("\n")}\n</part-effects>\n`;
  const keep =
    variables.length === 0
      ? ""
      : `\nKeep these placeholders exactly as they are: ${variables.map((name) => `{{${name}}}`).join(", ")}.`;
  const content = `You improve the prompt of a language model. ${isLikelihood ? "A prompt is good when it makes the known good answers likely." : "A prompt is good when the model answers right under it, in the form that is expected."}

<task>
${description}
</task>

<current-prompt>
${prompt}
</current-prompt>

<hard-example>
${isLikelihood ? "The current prompt makes this answer unlikely." : "Under the current prompt this is not answered right."}
Input: ${hardInput}
Good answer: ${hardTarget}${isLikelihood ? "" : `\nThe model's answer: ${wrongAnswer}`}
</hard-example>
${parts}
First say in two or three sentences what in the prompt, or missing from it, makes this example hard. Then choose the edits that mend it, any of: give the prompt a clearer structure; add a rule or a criterion; remove what misleads; rephrase; simplify; expand a point that is too terse; merge what is said twice; change the register; try something different in kind.

The new prompt has to serve all inputs of the task. Do not fit it to this one example: do not quote its input or its answer.${keep}

End with the complete new prompt between <prompt> and </prompt>.`;
  return { prompt: { kind: "chat", messages: [{ role: "user", content }] }, stop: ["</prompt>"] };
}
