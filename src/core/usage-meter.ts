import { addUsage, type CallOptions, NO_USAGE, type Usage } from "./model.ts";

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
