import { askAll } from "./ask-all.ts";
import { tokensIn } from "./batches.ts";
import { badReply } from "./http-error.ts";
import type { AskedScore, ScoredBatch, ScoringApi } from "./scoring-api.ts";
import type { HttpRequest, Transport } from "./transport.ts";

/** A model at a server, and how it is asked for scores. */
interface Scorer {
  readonly client: Transport;
  readonly api: ScoringApi;
  /** As the server names it. */
  readonly model: string;
}

type Batch = readonly AskedScore[];

/** Scores batches in a request each, and in one more, past the server's cache, those that it kept from being scored. */
export async function scoreBatches(
  scorer: Scorer,
  batches: readonly Batch[],
  signal: AbortSignal | undefined,
): Promise<readonly ScoredBatch[]> {
  const { api, model, client } = scorer;
  const requests = batches.map((batch) => sized(batch, api.scoreRequest(model, batch)));
  const answers = await ask(scorer, batches, requests, signal);
  const unscored = batches.filter((_, index) => answers[index] === null);
  const again = unscored.map((batch) =>
    sized(batch, api.uncachedRequest?.(model, batch) ?? api.scoreRequest(model, batch)),
  );
  const later = await ask(scorer, unscored, again, signal);
  const found = unscored.map((batch, index): readonly [Batch, ScoredBatch] => {
    const answer = later[index] ?? null;
    if (answer !== null) return [batch, answer];
    throw badReply(
      client.describe(again[index] as HttpRequest),
      `${batch[0]?.id}: there are no log-probabilities of the prompt in the answer`,
    );
  });
  const afresh = new Map(found);
  return batches.map((batch, index) => answers[index] ?? (afresh.get(batch) as ScoredBatch));
}

function ask(
  { client, api }: Scorer,
  batches: readonly Batch[],
  requests: readonly HttpRequest[],
  signal: AbortSignal | undefined,
): Promise<readonly (ScoredBatch | null)[]> {
  return askAll(
    client,
    requests,
    (reply, index) => api.readScores(reply, batches[index] as Batch),
    signal,
  );
}

function sized(batch: Batch, request: HttpRequest): HttpRequest {
  return { ...request, tokens: tokensIn(batch) };
}
