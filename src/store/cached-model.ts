import { setImmediate } from "node:timers/promises";
import { z } from "zod";
import {
  type CallOptions,
  type Generation,
  type LanguageModel,
  NO_USAGE,
  type ScoreRequest,
  type TokenLogProbs,
} from "../core/model.ts";
import { wrappedModel } from "../core/wrapped-model.ts";
import { generateCallKey, scoreCallKey } from "./call-key.ts";
import type { ScoreCache } from "./score-cache.ts";

/**
 * A model that never computes the same call twice. The unit is one call with all its requests:
 * quantised kernels sum differently in batches of another make-up, and a run that is repeated
 * must get the same bits. Disposing it disposes the model; the cache stays open.
 */
export function cachedModel(model: LanguageModel, cache: ScoreCache): LanguageModel {
  return wrappedModel(model, {
    score: (requests, options) => {
      if (requests.length === 0) return model.score(requests, options);
      const call: CachedCall<readonly TokenLogProbs[]> = {
        key: scoreCallKey(model.identity, requests),
        compute: () => model.score(requests, options),
        pack: packLogProbs,
        unpack: (bytes) => unpackLogProbs(bytes, requests),
        requestedTokens: () =>
          sum(requests, ({ context, target }) => context.length + target.length),
      };
      return answer(call, cache, options);
    },
    generate: (requests, options) => {
      if (requests.length === 0) return model.generate(requests, options);
      const call: CachedCall<readonly Generation[]> = {
        key: generateCallKey(model.identity, requests),
        compute: () => model.generate(requests, options),
        pack: packGenerations,
        unpack: (bytes) => unpackGenerations(bytes, requests.length),
        requestedTokens: (generations) =>
          sum(requests, ({ context }) => context.length) +
          sum(generations, ({ tokenCount }) => tokenCount),
      };
      return answer(call, cache, options);
    },
  });
}

interface CachedCall<T> {
  readonly key: string;
  compute(): Promise<T>;
  pack(results: T): Uint8Array;
  /** Null where the bytes do not fit the call. */
  unpack(bytes: Uint8Array): T | null;
  requestedTokens(results: T): number;
}

async function answer<T>(
  call: CachedCall<T>,
  cache: ScoreCache,
  options: CallOptions | undefined,
): Promise<T> {
  const stored = cache.get(call.key);
  const known = stored === null ? null : call.unpack(stored);
  if (known === null) {
    const results = await call.compute();
    cache.set(call.key, call.pack(results));
    return results;
  }
  // A run that is all hits would otherwise never let Ctrl-C and the terminal have their turn.
  await setImmediate();
  options?.signal?.throwIfAborted();
  const requestedTokens = call.requestedTokens(known);
  options?.onUsage?.({
    ...NO_USAGE,
    calls: 1,
    cachedCalls: 1,
    requestedTokens,
    cachedTokens: requestedTokens,
  });
  return known;
}

/**
 * All log-probabilities one after another; how many belong to each request is known from it. Those of
 * estimates are followed by two numbers a request: tokens, and how many of them have a bound.
 */
function packLogProbs(results: readonly TokenLogProbs[]): Uint8Array {
  const estimates = results.flatMap(({ estimate }) =>
    estimate === undefined ? [] : [estimate.tokens, estimate.bounded],
  );
  return Buffer.concat(
    [...results.map(({ logProbs }) => logProbs), Float64Array.from(estimates)].map(
      ({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength),
    ),
  );
}

function unpackLogProbs(
  bytes: Uint8Array,
  requests: readonly ScoreRequest[],
): readonly TokenLogProbs[] | null {
  const targetTokens = sum(requests, ({ target }) => target.length);
  const estimated = targetTokens + 2 * requests.length;
  const size = bytes.length / Float64Array.BYTES_PER_ELEMENT;
  if (size !== targetTokens && size !== estimated) return null;
  // Copied, because the bytes may lie at an address that is no multiple of 8.
  const all = new Float64Array(new Uint8Array(bytes).buffer);
  let start = 0;
  return requests.map(({ target }, index) => {
    const logProbs = all.slice(start, start + target.length);
    start += target.length;
    if (size !== estimated) return { logProbs };
    const [tokens = 0, bounded = 0] = all.subarray(targetTokens + 2 * index);
    return { logProbs, estimate: { tokens, bounded } };
  });
}

const storedGenerations: z.ZodType<readonly Generation[]> = z.array(
  z.object({
    text: z.string(),
    tokenCount: z.int().nonnegative(),
    finish: z.literal(["end", "stop", "length"]),
  }),
);

function packGenerations(generations: readonly Generation[]): Uint8Array {
  return Buffer.from(
    JSON.stringify(
      generations.map(({ text, tokenCount, finish }) => ({ text, tokenCount, finish })),
    ),
  );
}

function unpackGenerations(bytes: Uint8Array, count: number): readonly Generation[] | null {
  const parsed = storedGenerations.safeParse(JSON.parse(Buffer.from(bytes).toString("utf8")));
  return parsed.success && parsed.data.length === count ? parsed.data : null;
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
