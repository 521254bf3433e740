import { templateVariables } from "../core/candidate.ts";
import type { CallOptions } from "../core/model.ts";
import type { RewriterForm } from "../core/task.ts";
import type { TextModel } from "../core/text-model.ts";
import { askModel, formFor } from "./ask.ts";
import { type Part, readMarkedParts, splitIntoParts } from "./parts.ts";
import { markPartsRequest } from "./templates/mark-parts.ts";

/** A prompt's parts and who found them. */
export interface FoundParts {
  readonly source: "model" | "sentences";
  readonly parts: readonly Part[];
}

/** Names the purpose in requests. */
export const MARK_PARTS = "mark parts";

/** Replies asked for at once: the first is greedy, the others vary. */
const REPLIES = 3;

/**
 * Has a model mark the parts of a prompt. A reply counts only if it is the prompt without its
 * tags; when none is, the prompt is cut by line and sentence. Parts that hold variables are left
 * out: without its input a prompt says nothing about its wording.
 */
export async function findParts(
  model: TextModel,
  prompt: string,
  settings: {
    readonly limit: number;
    readonly form: RewriterForm | "auto";
    readonly seed: number;
  },
  call: CallOptions,
): Promise<FoundParts> {
  const sentences = splitIntoParts(prompt, settings.limit);
  const marked = await askForParts(model, prompt, settings, call);
  const found: FoundParts =
    marked !== null && marked.length >= Math.min(2, sentences.length)
      ? { source: "model", parts: marked }
      : { source: "sentences", parts: sentences };
  const removable = found.parts.filter(({ text }) => templateVariables(text).length === 0);
  return { source: found.source, parts: removable };
}

async function askForParts(
  model: TextModel,
  prompt: string,
  settings: {
    readonly limit: number;
    readonly form: RewriterForm | "auto";
    readonly seed: number;
  },
  call: CallOptions,
): Promise<readonly Part[] | null> {
  const request = markPartsRequest(formFor(model, settings.form), prompt, settings.limit);
  const [tokens = 0] = await model.countTokens([prompt]);
  // Room for the copy and its tags.
  const maxTokens = tokens + 12 * settings.limit + 16;
  const ask = { maxTokens, seed: settings.seed, label: MARK_PARTS };
  const sampling = { temperature: 0, topP: 1, topK: 0, minP: 0 };
  const replies = [
    ...(await askModel(model, [request], { ...ask, sampling }, call)),
    ...(await askModel(
      model,
      Array.from({ length: REPLIES - 1 }, () => request),
      { ...ask, sampling: { temperature: 0.7, topP: 0.95, topK: 0, minP: 0.05 } },
      call,
    )),
  ];
  for (const reply of replies) {
    if (reply === null) continue;
    const parts = readMarkedParts(prompt, insidePromptTags(reply.text), settings.limit);
    if (typeof parts !== "string") return parts;
  }
  return null;
}

/** What stands between `<prompt>` tags, or the whole text where the opening one is missing. */
export function insidePromptTags(reply: string): string {
  const start = reply.lastIndexOf("<prompt>");
  const inside = start < 0 ? reply : reply.slice(start + "<prompt>".length);
  const end = inside.indexOf("</prompt>");
  return (end < 0 ? inside : inside.slice(0, end)).trim();
}
