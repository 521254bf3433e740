import type { ScoreRequest } from "../../core/model.ts";
import type { NativeModel } from "./native-model.ts";
import { PrefixStore } from "./prefix-store.ts";
import { scoreRequests } from "./score.ts";

/** Nats per token: above what batch shapes do to quantised kernels, below what a wrong mask does. */
const TOLERANCE_NATS = 0.25;

/**
 * Scores short continuations of one prefix with and without sharing. Answers the reason why this
 * model must not share prefixes, or null when the numbers agree.
 */
export function findSharingObstacle(model: NativeModel): string | null {
  if (model.facts.sharingObstacle !== null) return model.facts.sharingObstacle;
  const requests = checkRequests(model);
  const shared = scoreRequests(model, requests, new PrefixStore(0), () => {}).results;
  const alone = scoreRequests(model, requests, null, () => {}).results;
  const differences = shared.flatMap(({ logProbs }, request) =>
    [...logProbs].map((logProb, index) =>
      Math.abs(logProb - (alone[request]?.logProbs[index] ?? Number.NaN)),
    ),
  );
  const mean = differences.reduce((sum, difference) => sum + difference, 0) / differences.length;
  return mean <= TOLERANCE_NATS
    ? null
    : `a check at load gave numbers that differ by ${mean.toFixed(2)} nats a token`;
}

function checkRequests(model: NativeModel): readonly ScoreRequest[] {
  const context = model.tokenize("The capital of France is Paris. The capital of Spain is");
  return [" Madrid.", " Madrid, of course.", " not Lisbon."].map((text, index) => ({
    id: `check ${index}`,
    context,
    target: model.tokenize(text),
  }));
}
