import { PmpoError } from "../core/errors.ts";

/** Failures that are a candidate's own: too long, a layout that the model's template refuses, an answer that a text server cannot tell from its prompt. */
const REFUSALS: ReadonlySet<string> = new Set([
  "CONTEXT_OVERFLOW",
  "PROMPT_TOO_LONG",
  "CHAT_TEMPLATE_REFUSES",
  "CHAT_TEMPLATE_REWRITES",
  "NO_CHAT_TEMPLATE",
  "NO_PLAIN_TEXT",
  "CHAT_ONLY",
  "ANSWER_NOT_APART",
]);

/** The result of work on a candidate; null where the candidate cannot be scored, with the reason told. */
export async function unlessRefused<T>(
  work: () => Promise<T>,
  onRefusal?: (reason: string) => void,
): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof PmpoError) || !REFUSALS.has(error.code)) throw error;
    onRefusal?.(error.message);
    return null;
  }
}
