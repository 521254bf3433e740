import type { HelpRequest } from "../../analysis/ask.ts";
import type { RewriterForm } from "../../core/task.ts";
import { rewriteChatLarge } from "./rewrite-chat-large.ts";
import { rewriteChatSmall } from "./rewrite-chat-small.ts";
import { rewriteCompletion } from "./rewrite-completion.ts";

/** The elements of a request for a rewrite; the editing instructions are the template's own. */
export interface RewriteElements {
  readonly description: string;
  readonly prompt: string;
  readonly hardInput: string;
  readonly hardTarget: string;
  /** What the model answers instead; null where it was not let. */
  readonly wrongAnswer: string | null;
  /** The mask analysis as lines: "helps (+0.41 nats): Answer with one word." */
  readonly partLines: readonly string[];
  readonly variables: readonly string[];
}

/** The request in the form that suits the rewriter. */
export function rewriteRequest(form: RewriterForm, elements: RewriteElements): HelpRequest {
  switch (form) {
    case "chat-large":
      return rewriteChatLarge(elements);
    case "chat-small":
      return rewriteChatSmall(elements);
    case "completion":
      return rewriteCompletion(elements);
  }
}
