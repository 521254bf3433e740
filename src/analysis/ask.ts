import type { RenderedPrompt } from "../core/candidate.ts";
import type { CallOptions, Generation, LanguageModel, Sampling } from "../core/model.ts";
import { deriveSeed } from "../core/random.ts";
import type { RewriterForm } from "../core/task.ts";

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
 * the text instead of the request in chat, but complete a pattern.
 */
export function formFor(model: LanguageModel, wanted: RewriterForm | "auto"): RewriterForm {
  if (wanted !== "auto") return wanted;
  const { chat, parameters } = model.capabilities;
  if (!chat || parameters < BILLION) return "completion";
  return parameters < 8 * BILLION ? "chat-small" : "chat-large";
}

/**
 * Answers to requests, all written in one batch; null for a request that does not fit the model's
 * context, such as one about a very long example. That is no reason to end a run.
 */
export async function askModel(
  model: LanguageModel,
  requests: readonly HelpRequest[],
  settings: AskSettings,
  call: CallOptions,
): Promise<readonly (Generation | null)[]> {
  const encoded = await model.encode(requests.map(({ prompt }) => ({ prompt })));
  const fitting = encoded
    .map(({ context }, index) => ({ context, index }))
    .filter(
      ({ context }) => context.length + settings.maxTokens <= model.capabilities.contextTokens,
    );
  const answers = await model.generate(
    fitting.map(({ context, index }) => ({
      id: `${settings.label} ${index + 1}`,
      context,
      maxTokens: settings.maxTokens,
      sampling: settings.sampling,
      seed: deriveSeed(settings.seed, settings.label, index),
      stop: requests[index]?.stop ?? [],
    })),
    call,
  );
  const byRequest = new Map(fitting.map(({ index }, place) => [index, answers[place]]));
  return requests.map((_, index) => byRequest.get(index) ?? null);
}
