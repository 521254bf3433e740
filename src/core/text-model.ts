import type { RenderedPrompt } from "./candidate.ts";
import type {
  CallOptions,
  GenerateRequest,
  Generation,
  LanguageModel,
  ModelCapabilities,
  ModelIdentity,
  Usage,
} from "./model.ts";

/** A prompt to write behind, and how. */
export interface TextRequest extends Omit<GenerateRequest, "context"> {
  readonly prompt: RenderedPrompt;
}

/** A text with what its prompt was counted as. */
export interface WrittenText extends Generation {
  readonly promptTokens: number;
}

/** What a model can write behind. */
export interface TextCapabilities extends Pick<ModelCapabilities, "chat" | "parameters"> {
  /** Whether it goes on with a plain text; a conversation is all that most services take. */
  readonly plain: boolean;
}

/**
 * The writing half of a model: prompts in, texts out, and nothing about how likely a given text is.
 * Enough for a rewriter, for a judge, and for answers.
 */
export interface TextModel extends AsyncDisposable {
  readonly identity: ModelIdentity;
  readonly capabilities: TextCapabilities;
  /** Tokens of each text alone; where no tokenizer can be asked, a guess that is rather too high. */
  countTokens(texts: readonly string[]): Promise<readonly number[]>;
  /**
   * One text per request, in request order; null where prompt and text do not fit the model's
   * context. Rejects with a PmpoError that names the request.
   */
  write(
    requests: readonly TextRequest[],
    options?: CallOptions,
  ): Promise<readonly (WrittenText | null)[]>;
}

/** Whether a model says how likely given texts are, too. */
export function canScore(model: LanguageModel | TextModel): model is LanguageModel {
  return "score" in model;
}

/** The writing half of a model that scores; of one that only writes, itself. */
export function writerOf(model: LanguageModel | TextModel): TextModel {
  if (!canScore(model)) return model;
  const { identity, capabilities } = model;
  return {
    identity,
    capabilities: {
      chat: capabilities.chat,
      parameters: capabilities.parameters,
      plain: capabilities.plain ?? true,
    },
    countTokens: async (texts) => {
      const encoded = await model.encode(texts.map((text) => ({ prompt: { kind: "text", text } })));
      return encoded.map(({ context }) => context.length);
    },
    write: (requests, options) => writeTokens(model, requests, options),
    [Symbol.asyncDispose]: () => model[Symbol.asyncDispose](),
  };
}

async function writeTokens(
  model: LanguageModel,
  requests: readonly TextRequest[],
  options: CallOptions | undefined,
): Promise<readonly (WrittenText | null)[]> {
  const encoded = await model.encode(requests.map(({ prompt }) => ({ prompt })));
  const fitting = requests.flatMap(({ prompt: _prompt, ...request }, index) => {
    const context = encoded[index]?.context ?? new Int32Array();
    const fits = context.length + request.maxTokens <= model.capabilities.contextTokens;
    return fits ? [{ index, request: { ...request, context } }] : [];
  });
  const texts = await model.generate(
    fitting.map(({ request }) => request),
    options,
  );
  const written = new Map(
    fitting.map(({ index, request: { context } }, place) => [
      index,
      { ...(texts[place] as Generation), promptTokens: context.length },
    ]),
  );
  return requests.map((_, index) => written.get(index) ?? null);
}

/** The model, with what each call costs handed through `told` before whoever called hears of it. */
export function withTextUsage(model: TextModel, told: (usage: Usage) => Usage): TextModel {
  return {
    identity: model.identity,
    capabilities: model.capabilities,
    countTokens: (texts) => model.countTokens(texts),
    write: (requests, options = {}) =>
      model.write(requests, {
        ...options,
        onUsage: (usage) => {
          const changed = told(usage);
          options.onUsage?.(changed);
        },
      }),
    [Symbol.asyncDispose]: () => model[Symbol.asyncDispose](),
  };
}
