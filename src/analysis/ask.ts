import type { RenderedPrompt } from "../core/candidate.ts";
import type { CallOptions, Sampling } from "../core/model.ts";
import { deriveSeed } from "../core/random.ts";
import type { RewriterForm } from "../core/task.ts";
import type { TextModel, WrittenText } from "../core/text-model.ts";

/** A prompt for a model that helps with the work, and where its answer ends. */
export interface HelpRequest {
  readonly prompt: RenderedPrompt;
  readonly stop: readonly string[];
}

/** How many answers to write, and how. */
export interface AskSettings {
  readonly sampling: Sampling;
  readonly maxTokens: number;
  /** The k-th answer of a request is drawn with a seed made of this and k. */
  readonly seed: number;
  /** Names the purpose in errors. */
  readonly label: string;
}

const BILLION = 1e9;

/**
 * The form of request that suits a model: base models and models below a billion parameters answer
 * the text instead of the request in chat, but complete a pattern, where they take one.
 */
export function formFor(
  { capabilities: { chat, parameters, plain } }: Pick<TextModel, "capabilities">,
  wanted: RewriterForm | "auto",
): RewriterForm {
  if (wanted !== "auto") return wanted;
  if (plain && (!chat || parameters < BILLION)) return "completion";
  return parameters < 8 * BILLION ? "chat-small" : "chat-large";
}

/**
 * Answers to requests, all written in one call; null for a request that does not fit the model's
 * context, such as one about a very long example. That is no reason to end a run.
 */
export function askModel(
  model: TextModel,
  requests: readonly HelpRequest[],
  { label, maxTokens, sampling, seed }: AskSettings,
  call: CallOptions,
): Promise<readonly (WrittenText | null)[]> {
  const asked = requests.map(({ prompt, stop }, index) => ({
    id: `${label} ${index + 1}`,
    prompt,
    maxTokens,
    sampling,
    seed: deriveSeed(seed, label, index),
    stop,
  }));
  return model.write(asked, call);
}
