import { modelError } from "../../core/errors.ts";
import type { ScoreRequest, TokenLogProbs } from "../../core/model.ts";
import { logSumExp } from "./logit-row.ts";
import type { NativeModel } from "./native-model.ts";
import type { PlannedToken } from "./plan.ts";
import { type Leaf, planScoring } from "./plan-scoring.ts";
import type { PrefixStore } from "./prefix-store.ts";
import { type Wanted, wantedByNode } from "./wanted-places.ts";

/** Log-probabilities and the number of tokens that were evaluated for them. */
export interface ScoreResult {
  readonly results: readonly TokenLogProbs[];
  readonly evaluatedTokens: number;
}

/** What is above this is no rounding. */
const HIGHEST = 1e-4;

/** Told of every place that is scored, with the logits there and their logSumExp; valid during the call only. */
type PlaceListener = (wanted: Wanted, logits: Float32Array, start: number, total: number) => void;

/**
 * Scores requests exactly: each distinct prefix is evaluated once, logits are computed only where
 * a target token is predicted, and the last target token is never evaluated.
 *
 * @param prefixes what earlier calls evaluated; null where this model's prefixes cannot be shared
 */
export function scoreRequests(
  model: NativeModel,
  requests: readonly ScoreRequest[],
  prefixes: PrefixStore | null,
  checkCancelled: () => void,
  onPlace: PlaceListener = () => {},
): ScoreResult {
  const sharing = prefixes !== null;
  const { leaves, trunk, groups } = planScoring(requests, model.facts.contextTokens, sharing);
  const ordered = groups.flatMap((group) => group.paths.map((leaf) => leaves[leaf] as Leaf));
  const wanted = wantedByNode(requests, ordered, sharing);
  const results = requests.map(({ target }) => ({ logProbs: new Float64Array(target.length) }));
  let leavesBefore = 0;
  let evaluatedTokens = model.enterTrunk(trunk, prefixes, checkCancelled);
  for (const group of groups) {
    const wantedAt = (token: PlannedToken): readonly Wanted[] | undefined =>
      wanted[leavesBefore + (token.sequences[0] as number)]?.get(token.position);
    model.enterGroup(group);
    model.evaluate(
      group.tokens,
      (token) => wantedAt(token) !== undefined,
      (token, logits, start) => {
        const total = logSumExp(logits, start, model.vocabSize);
        for (const place of wantedAt(token) ?? []) {
          const { request, index, token: target } = place;
          const logProb = (logits[start + target] as number) - total;
          onPlace(place, logits, start, total);
          // Rounding may leave a probability a little above 1.
          (results[request] as TokenLogProbs).logProbs[index] =
            logProb < HIGHEST ? Math.min(0, logProb) : logProb;
        }
      },
      checkCancelled,
    );
    leavesBefore += group.paths.length;
    evaluatedTokens += group.tokens.length;
  }
  results.forEach((result, index) => checkFinite(result, requests[index] as ScoreRequest));
  return { results, evaluatedTokens };
}

function checkFinite({ logProbs }: TokenLogProbs, { id }: ScoreRequest): void {
  const bad = logProbs.findIndex((logProb) => !Number.isFinite(logProb) || logProb > 0);
  if (bad >= 0) {
    throw modelError(
      "SCORE_NOT_FINITE",
      `${id}: the log-probability of target token ${bad} is ${String(logProbs[bad])}`,
      { hint: "The weights may be damaged: pull the model again." },
    );
  }
}
