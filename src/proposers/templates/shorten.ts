import type { HelpRequest } from "../../analysis/ask.ts";
import type { RewriterForm } from "../../core/task.ts";

const TASK =
  "Say the prompt below in as few words as you can. Keep every rule, name and answer that it states, and keep what stands in {{double braces}} as it is.";

const WORKED_EXAMPLES = `A prompt is said again in as few words as possible.

Prompt: Your task is to read the following sentence carefully and then to translate it to German. Please make sure that names are kept as they are.
Short: Translate the sentence to German. Keep names.

Prompt: I want you to decide whether or not the customer's review of the product is positive or negative, and to answer with one word only.
Short: Is the review positive or negative? Answer in one word.

`;

/** Asks for the prompt in fewer words, in the form that suits the model. */
export function shortenRequest(form: RewriterForm, prompt: string): HelpRequest {
  switch (form) {
    case "completion":
      return {
        prompt: { kind: "text", text: `${WORKED_EXAMPLES}Prompt: ${prompt}\nShort:` },
        stop: ["\n\nPrompt:"],
      };
    case "chat-small":
    case "chat-large":
      return {
        prompt: {
          kind: "chat",
          messages: [
            {
              role: "user",
              content: `${TASK}\n\nPrompt: ${prompt}\n\nFill in:\n<prompt>the short prompt</prompt>`,
            },
          ],
        },
        stop: ["</prompt>"],
      };
  }
}
