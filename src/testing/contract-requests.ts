import assert from "node:assert/strict";
import type { EncodedRequest, LanguageModel, ScoreRequest, TokenLogProbs } from "../core/model.ts";

/** Nats a token by which sharing, batching and quantised kernels may change a number. */
const TOLERANCE_NATS = 0.25;

/** Prompt and target in plain text. */
export type TextPair = readonly [prompt: string, target: string];

/** Encodes plain-text pairs as score requests named `request 0`, `request 1` … without the end. */
export async function scoreRequestsOf(
  model: LanguageModel,
  pairs: readonly TextPair[],
): Promise<readonly ScoreRequest[]> {
  const encoded = await model.encode(
    pairs.map(([text, target]) => ({ prompt: { kind: "text", text }, target, scoreEnd: false })),
  );
  return encoded.map((request, index) => ({ id: `request ${index}`, ...request }));
}

/** The only one of one. */
export function only<T>(items: readonly T[]): T {
  const [item] = items;
  assert.equal(items.length, 1);
  return item as T;
}

/** Encodes one user message for generation, or bare text where the model has no chat template. */
export async function promptTokens(
  model: LanguageModel,
  text: string,
): Promise<EncodedRequest["context"]> {
  const prompt = model.capabilities.chat
    ? { kind: "chat" as const, messages: [{ role: "user" as const, content: text }] }
    : { kind: "text" as const, text };
  return only(await model.encode([{ prompt }])).context;
}

/** Asserts that two lists of results are the same within the tolerance, on average over each result. */
export function assertClose(
  actual: readonly TokenLogProbs[],
  expected: readonly TokenLogProbs[],
): void {
  assert.equal(actual.length, expected.length);
  actual.forEach(({ logProbs }, index) => {
    const other = expected[index]?.logProbs ?? new Float64Array();
    assert.equal(logProbs.length, other.length);
    const difference = logProbs.reduce(
      (sum, logProb, place) => sum + Math.abs(logProb - (other[place] ?? Number.NaN)),
      0,
    );
    assert.ok(
      difference / logProbs.length <= TOLERANCE_NATS,
      `request ${index} differs by ${difference / logProbs.length} nats a token`,
    );
  });
}

/** Scores every request in a call of its own. */
export async function scoreAlone(
  model: LanguageModel,
  requests: readonly ScoreRequest[],
): Promise<readonly TokenLogProbs[]> {
  const results: TokenLogProbs[] = [];
  for (const request of requests) results.push(only(await model.score([request])));
  return results;
}
