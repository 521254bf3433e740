import type { ScoreRequest, TokenIds } from "../../core/model.ts";
import { logSumExp } from "./logit-row.ts";
import type { NativeModel } from "./native-model.ts";
import { PrefixStore } from "./prefix-store.ts";
import { scoreRequests } from "./score.ts";
import { sharesPrefixes, sharingOf } from "./sharing.ts";
import { PIECE_TOKENS, TRUNK_SEQUENCES } from "./trunk.ts";

/** Nats per token: above what batch shapes do to quantised kernels, below what a wrong mask does. */
const TOLERANCE_NATS = 0.25;

/** Room for the one trunk that is restored. */
const STORE_BYTES = 1 << 28;

/**
 * Scores short continuations of one prefix with and without sharing, and one of a trunk that was
 * just evaluated and then restored. Answers the reason why this model must not share prefixes, or
 * null when the numbers agree.
 */
export function findSharingObstacle(model: NativeModel): string | null {
  if (model.facts.sharingObstacle !== null) return model.facts.sharingObstacle;
  const mean = Math.max(sharedDifference(model), restoredDifference(model));
  return mean <= TOLERANCE_NATS
    ? null
    : `a check at load gave numbers that differ by ${mean.toFixed(2)} nats a token`;
}

/** Mean difference between numbers with and without sharing, nats. */
function sharedDifference(model: NativeModel): number {
  const requests = checkRequests(model);
  if (!sharesPrefixes(sharingOf(model.facts), requests)) return 0;
  const shared = scoreRequests(model, requests, new PrefixStore(0), () => {}).results;
  const alone = scoreRequests(model, requests, null, () => {}).results;
  const flat = (results: typeof alone): readonly number[] =>
    results.flatMap(({ logProbs }) => [...logProbs]);
  return meanDifference(flat(shared), flat(alone));
}

function checkRequests(model: NativeModel): readonly ScoreRequest[] {
  const context = model.tokenize("The capital of France is Paris. The capital of Spain is");
  return [" Madrid.", " Madrid, of course.", " not Lisbon."].map((text, index) => ({
    id: `check ${index}`,
    context,
    target: model.tokenize(text),
  }));
}

/** Mean difference between numbers behind a trunk that was evaluated and behind the same restored, nats. */
function restoredDifference(model: NativeModel): number {
  const [{ context, target }] = checkRequests(model) as [ScoreRequest];
  const trunk = repeated(context, PIECE_TOKENS);
  const isShared = sharesPrefixes(sharingOf(model.facts), [{ id: "", context: trunk, target }]);
  if (!isShared || model.facts.contextTokens <= trunk.length + target.length) return 0;
  const prefixes = new PrefixStore(STORE_BYTES);
  const evaluated = logProbsBehind(model, trunk, target, prefixes);
  return meanDifference(logProbsBehind(model, trunk, target, prefixes), evaluated);
}

/** Behind each token of a continuation, the log-probability of its next, and of its first behind the last. */
function logProbsBehind(
  model: NativeModel,
  trunk: TokenIds,
  continuation: TokenIds,
  prefixes: PrefixStore,
): readonly number[] {
  const logProbs: number[] = [];
  model.enterTrunk(trunk, prefixes);
  model.evaluate(
    Array.from(continuation, (token, index) => ({
      token,
      position: trunk.length + index,
      sequences: TRUNK_SEQUENCES,
    })),
    () => true,
    ({ position }, logits, start) => {
      const next = continuation[(position - trunk.length + 1) % continuation.length] as number;
      logProbs.push((logits[start + next] as number) - logSumExp(logits, start, model.vocabSize));
    },
  );
  return logProbs;
}

function repeated(tokens: TokenIds, length: number): TokenIds {
  return Int32Array.from({ length }, (_, index) => tokens[index % tokens.length] as number);
}

function meanDifference(first: readonly number[], second: readonly number[]): number {
  const differences = first.map((value, index) => Math.abs(value - (second[index] ?? Number.NaN)));
  return differences.reduce((sum, difference) => sum + difference, 0) / differences.length;
}
