import type { ScoreRequest, TokenIds } from "../../core/model.ts";
import { checkScoreRequest } from "../request-checks.ts";
import { commonPrefix, comparePaths } from "./plan.ts";
import { planWithTrunk, type TrunkPlan } from "./trunk.ts";

/** Few unrelated tokens at a time: attention costs every cell in use. */
const SCORE_LIMITS = { sequences: 32, newTokens: 512 };

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
export interface Leaf {
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
