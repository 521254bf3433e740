import type { RenderedPrompt } from "../../core/candidate.ts";
import type { EncodedRequest, EncodeRequest, LanguageModel } from "../../core/model.ts";
import { wrappedModel } from "../../core/wrapped-model.ts";

/** Beyond so many tokens the prompts that were encoded first are forgotten. */
const MOST_TOKENS = 20_000_000;

/** The model, which encodes no prompt with the same answer twice: simulated searches try many prompts again. */
export function withEncodingMemory(model: LanguageModel): LanguageModel {
  const known = new Map<string, EncodedRequest>();
  let tokens = 0;
  const remember = (key: string, encoded: EncodedRequest): void => {
    if (known.has(key)) return;
    known.set(key, encoded);
    tokens += sizeOf(encoded);
    for (const [oldest, forgotten] of known) {
      if (tokens <= MOST_TOKENS) break;
      known.delete(oldest);
      tokens -= sizeOf(forgotten);
    }
  };
  return wrappedModel(model, {
    encode: async (requests) => {
      const keys = keysOf(requests);
      const stored = keys.map((key) => known.get(key));
      const missing = requests.filter((_, index) => stored[index] === undefined);
      const fresh = missing.length === 0 ? [] : await model.encode(missing);
      let next = 0;
      return stored.map((found, index) => {
        if (found !== undefined) return found;
        const encoded = fresh[next++] as EncodedRequest;
        remember(keys[index] as string, encoded);
        return encoded;
      });
    },
  });
}

/** Equal for requests that are encoded alike. A prompt with many answers is written out once. */
function keysOf(requests: readonly EncodeRequest[]): readonly string[] {
  const texts = new Map<RenderedPrompt, string>();
  return requests.map(({ prompt, prefix = "", target, scoreEnd = true }) => {
    const text = texts.get(prompt) ?? JSON.stringify(prompt);
    texts.set(prompt, text);
    return `${JSON.stringify([prefix, target])} ${scoreEnd} ${text}`;
  });
}

function sizeOf({ context, target }: EncodedRequest): number {
  return context.length + target.length;
}
