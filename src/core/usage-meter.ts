import { addUsage, type CallOptions, type LanguageModel, NO_USAGE, type Usage } from "./model.ts";
import { wrappedModel } from "./wrapped-model.ts";

/** Adds up what calls cost. */
export function usageMeter({ signal }: { readonly signal?: AbortSignal }): {
  readonly call: CallOptions;
  readonly total: () => Usage;
} {
  let total = NO_USAGE;
  return {
    call: {
      ...(signal === undefined ? {} : { signal }),
      onUsage: (usage) => {
        total = addUsage(total, usage);
      },
    },
    total: () => total,
  };
}

/** The model, with what each call costs handed through `told` before whoever called hears of it. */
export function withUsage(model: LanguageModel, told: (usage: Usage) => Usage): LanguageModel {
  const telling = (options: CallOptions = {}): CallOptions => ({
    ...options,
    onUsage: (usage) => {
      const changed = told(usage);
      options.onUsage?.(changed);
    },
  });
  return wrappedModel(model, {
    score: (requests, options) => model.score(requests, telling(options)),
    generate: (requests, options) => model.generate(requests, telling(options)),
  });
}
