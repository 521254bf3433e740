import type { LanguageModel, ScoreRequest } from "pmpo";

/** A request with the log-probabilities that another implementation gave for it. */
export interface RecordedRequest extends ScoreRequest {
  readonly logProbs: readonly number[];
}

/** How far the engine's log-probabilities are from recorded ones, in nats a token. */
export interface Agreement {
  readonly tokens: number;
  readonly largest: number;
  readonly mean: number;
}

/** Scores every request in a call of its own. */
export async function agreementOneByOne(
  model: LanguageModel,
  requests: readonly RecordedRequest[],
): Promise<Agreement> {
  const scored: (readonly number[])[] = [];
  for (const request of requests) {
    const [result] = await model.score([request]);
    scored.push([...(result?.logProbs ?? [])]);
  }
  return agreement(requests, scored);
}

/** Scores all requests in one call, so that common prefixes are shared. */
export async function agreementTogether(
  model: LanguageModel,
  requests: readonly RecordedRequest[],
): Promise<Agreement> {
  const results = await model.score(requests);
  return agreement(
    requests,
    results.map(({ logProbs }) => [...logProbs]),
  );
}

function agreement(
  requests: readonly RecordedRequest[],
  scored: readonly (readonly number[])[],
): Agreement {
  const differences = requests.flatMap(({ id, logProbs }, request) => {
    const own = scored[request] ?? [];
    if (own.length !== logProbs.length) throw new Error(`${id}: ${own.length} numbers`);
    return logProbs.map((logProb, index) => Math.abs(logProb - (own[index] ?? Number.NaN)));
  });
  return {
    tokens: differences.length,
    largest: Math.max(...differences),
    mean: differences.reduce((sum, difference) => sum + difference, 0) / differences.length,
  };
}
