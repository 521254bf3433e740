import { setImmediate } from "node:timers/promises";
import { z } from "zod";
import { addUsage, NO_USAGE, type Usage } from "../core/model.ts";
import type { TextModel, TextRequest, WrittenText } from "../core/text-model.ts";
import { together } from "../core/together.ts";
import { textCallKey } from "./call-key.ts";
import type { ScoreCache } from "./score-cache.ts";

/**
 * A model that never writes the same text twice. Here the unit is one request: what a service
 * writes to one does not depend on the others, and what was paid before a failure is kept.
 * Disposing it disposes the model; the cache stays open.
 */
export function cachedTextModel(model: TextModel, cache: ScoreCache): TextModel {
  return {
    identity: model.identity,
    capabilities: model.capabilities,
    countTokens: (texts) => model.countTokens(texts),
    write: async (requests, options = {}) => {
      let usage: Usage = NO_USAGE;
      const spend = (more: Usage): void => {
        usage = addUsage(usage, more);
      };
      const ask = async (
        key: string,
        request: TextRequest,
        signal: AbortSignal,
      ): Promise<WrittenText | null> => {
        const [text = null] = await model.write([request], { signal, onUsage: spend });
        if (text === null) return null;
        cache.set(key, Buffer.from(JSON.stringify(text)));
        // Another process may have been first.
        return storedText(cache.get(key)) ?? text;
      };
      const asked = new Map<string, Promise<WrittenText | null>>();
      const one = async (
        request: TextRequest,
        signal: AbortSignal,
      ): Promise<WrittenText | null> => {
        const key = textCallKey(model.identity, request);
        const stored = storedText(cache.get(key));
        if (stored === null && !asked.has(key)) {
          const answer = ask(key, request, signal);
          asked.set(key, answer);
          return answer;
        }
        const known = stored ?? (await asked.get(key)) ?? null;
        if (known !== null) spend(cachedUsage(known));
        return known;
      };
      // A run that is all hits would otherwise never let Ctrl-C and the terminal have their turn.
      await setImmediate();
      options.signal?.throwIfAborted();
      const texts = await together(requests, one, options.signal);
      if (requests.length > 0) options.onUsage?.(usage);
      return texts;
    },
    [Symbol.asyncDispose]: () => model[Symbol.asyncDispose](),
  };
}

function cachedUsage({ promptTokens, tokenCount }: WrittenText): Usage {
  const requestedTokens = promptTokens + tokenCount;
  return {
    ...NO_USAGE,
    calls: 1,
    cachedCalls: 1,
    requestedTokens,
    cachedTokens: requestedTokens,
  };
}

const textSchema: z.ZodType<WrittenText> = z.object({
  text: z.string(),
  tokenCount: z.int().nonnegative(),
  finish: z.literal(["end", "stop", "length"]),
  promptTokens: z.int().nonnegative(),
});

/** Null where nothing is stored that can be used. */
function storedText(bytes: Uint8Array | null): WrittenText | null {
  if (bytes === null) return null;
  const parsed = textSchema.safeParse(JSON.parse(Buffer.from(bytes).toString("utf8")));
  return parsed.success ? parsed.data : null;
}
