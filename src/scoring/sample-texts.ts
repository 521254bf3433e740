import type {
  CallOptions,
  Generation,
  GenerateRequest,
  LanguageModel,
  Sampling,
  TokenIds,
} from "../core/model.ts";

/** How texts are drawn behind prompts. */
export interface TextSampling {
  /** Texts behind each prompt. */
  readonly count: number;
  readonly maxTokens: number;
  readonly sampling: Sampling;
  readonly stop: readonly string[];
  /** The seed of one text of the prompt at that place. */
  readonly seedOf: (place: number, sample: number) => number;
}

/** What a text is written behind. */
interface PromptIds {
  /** Names it in errors. */
  readonly id: string;
  readonly context: TokenIds;
}

/** `count` texts behind each prompt, in order: one call to the model. */
export async function sampleTexts(
  model: LanguageModel,
  prompts: readonly PromptIds[],
  { count, seedOf, ...limits }: TextSampling,
  call: CallOptions,
): Promise<readonly (readonly Generation[])[]> {
  const requests = prompts.flatMap((prompt, place): readonly GenerateRequest[] =>
    Array.from({ length: count }, (_, sample) => ({
      ...prompt,
      ...limits,
      seed: seedOf(place, sample),
    })),
  );
  const texts = await model.generate(requests, call);
  return prompts.map((_, place) => texts.slice(place * count, (place + 1) * count));
}
