import { modelError } from "../../core/errors.ts";
import type { ScoreRequest, TokenIds, TokenLogProbs } from "../../core/model.ts";
import { checkScoreRequest } from "../request-checks.ts";
import { logSumExp } from "./log-softmax.ts";
import type { NativeModel } from "./native-model.ts";
import { commonPrefix, comparePaths, type PlannedToken } from "./plan.ts";
import type { PrefixStore } from "./prefix-store.ts";
import { planWithTrunk, type TrunkPlan } from "./trunk.ts";

/** Log-probabilities and the number of tokens that were evaluated for them. */
export interface ScoreResult {
  readonly results: readonly TokenLogProbs[];
  readonly evaluatedTokens: number;
}

/** Few unrelated sequences at a time: attention costs every cell in use. */
const SCORE_LIMITS = { sequences: 16, newTokens: 512, reservedPerSequence: 0 };

/** What is above this is no rounding. */
const HIGHEST = 1e-4;

/** Where a wanted probability goes: entry `index` of request `request`'s result. */
interface Wanted {
  readonly request: number;
  readonly index: number;
  readonly token: number;
}

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
  let evaluatedTokens = model.enterTrunk(trunk, prefixes);
  for (const group of groups) {
    checkCancelled();
    const wantedAt = (token: PlannedToken): readonly Wanted[] | undefined =>
      wanted[leavesBefore + token.firstSequence]?.get(token.position);
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
    );
    leavesBefore += group.paths.length;
    evaluatedTokens += group.tokens.length;
  }
  results.forEach((result, index) => checkFinite(result, requests[index] as ScoreRequest));
  return { results, evaluatedTokens };
}

/** What is evaluated for requests, and in which order. Throws where one is empty or too long. */
export function planScoring(
  requests: readonly ScoreRequest[],
  contextTokens: number,
  sharing: boolean,
): TrunkPlan & { readonly leaves: readonly Leaf[] } {
  requests.forEach((request) => checkScoreRequest(request, contextTokens));
  const paths = requests.map(evaluatedPath);
  const leaves = sharing
    ? coveringLeaves(paths)
    : paths.map((path, index) => ({ path, requests: [index] }));
  const plan = planWithTrunk(
    leaves.map(({ path }) => path),
    requests.map(({ context }) => context),
    { ...SCORE_LIMITS, cells: contextTokens, sharing },
  );
  return { ...plan, leaves };
}

/** Context and target without the last token, which predicts nothing that is asked for. */
function evaluatedPath({ context, target }: ScoreRequest): TokenIds {
  const path = new Int32Array(context.length + target.length - 1);
  path.set(context);
  path.set(target.subarray(0, -1), context.length);
  return path;
}

/** A path to evaluate, and the requests whose own paths are it or a prefix of it. */
interface Leaf {
  readonly path: TokenIds;
  readonly requests: readonly number[];
}

/** The fewest paths that hold all the others as prefixes. */
function coveringLeaves(paths: readonly TokenIds[]): readonly Leaf[] {
  const ordered = paths
    .map((path, index) => ({ path, index }))
    .sort((a, b) => comparePaths(b.path, a.path) || a.index - b.index);
  const leaves: { path: TokenIds; requests: number[] }[] = [];
  // In descending order a prefix follows directly on what extends it.
  for (const { path, index } of ordered) {
    const last = leaves.at(-1);
    if (last !== undefined && commonPrefix(last.path, path) === path.length)
      last.requests.push(index);
    else leaves.push({ path, requests: [index] });
  }
  return leaves;
}

/**
 * For each leaf in order of evaluation, by position, what is read off the logits there. A position
 * that several leaves share belongs to the first of them, which is the one that evaluates it.
 */
function wantedByNode(
  requests: readonly ScoreRequest[],
  leaves: readonly Leaf[],
  sharing: boolean,
): readonly ReadonlyMap<number, readonly Wanted[]>[] {
  const nodes = leaves.map(() => new Map<number, Wanted[]>());
  const sharedWithPrevious = leaves.map(({ path }, place) =>
    place === 0 || !sharing ? 0 : commonPrefix((leaves[place - 1] as Leaf).path, path),
  );
  leaves.forEach((leaf, place) => {
    for (const request of leaf.requests) {
      const { context, target } = requests[request] as ScoreRequest;
      target.forEach((token, index) => {
        const position = context.length - 1 + index;
        let owner = place;
        while ((sharedWithPrevious[owner] as number) > position) owner--;
        const node = nodes[owner] as Map<number, Wanted[]>;
        const entries = node.get(position) ?? [];
        entries.push({ request, index, token });
        node.set(position, entries);
      });
    }
  });
  return nodes;
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
