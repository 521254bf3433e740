import type { RenderedPrompt } from "../../core/candidate.ts";
import type { RewriterForm } from "../../core/task.ts";

/** A question to a judge, and the two words of which it says one. */
export interface JudgeQuestion {
  readonly prompt: RenderedPrompt;
  readonly words: readonly [string, string];
}

/** How a template asks, in the form that suits the judge. */
export interface JudgeForms {
  /** Follows the worked examples, and ends where the word belongs. */
  readonly completion: string;
  readonly chat: string;
}

/** Base models and small ones complete a pattern; chat models are asked. */
export function judgePrompt(form: RewriterForm, { completion, chat }: JudgeForms): RenderedPrompt {
  return form === "completion"
    ? { kind: "text", text: completion }
    : { kind: "chat", messages: [{ role: "user", content: chat }] };
}

/** A text as one line of a pattern. */
export function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}
