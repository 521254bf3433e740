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
  { client, api, model }: Scorer,
  batches: readonly Batch[],
  signal: AbortSignal | undefined,
): Promise<readonly ScoredBatch[]> {
  const ask = (
    some: readonly Batch[],
    requestFor: (batch: Batch) => HttpRequest,
  ): Promise<readonly (ScoredBatch | null)[]> =>
    askAll(
      client,
      some.map((batch) => ({ ...requestFor(batch), tokens: tokensIn(batch) })),
      (reply, index) => api.readScores(reply, some[index] as Batch),
      signal,
    );
  const afresh = (batch: Batch): HttpRequest =>
    api.uncachedRequest?.(model, batch) ?? api.scoreRequest(model, batch);
  const answers = await ask(batches, (batch) => api.scoreRequest(model, batch));
  const unscored = batches.filter((_, index) => answers[index] === null);
  const later = await ask(unscored, afresh);
  const found = new Map(unscored.map((batch, index) => [batch, later[index] ?? null]));
  return batches.map((batch, index) => {
    const answer = answers[index] ?? found.get(batch) ?? null;
    if (answer !== null) return answer;
    throw badReply(
      client.describe(afresh(batch)),
      `${batch[0]?.id}: there are no log-probabilities of the prompt in the answer`,
    );
  });
}
