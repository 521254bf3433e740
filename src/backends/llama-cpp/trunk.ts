import type { TokenIds } from "../../core/model.ts";
import {
  commonPrefix,
  type Group,
  type GroupLimits,
  type PlannedToken,
  planGroups,
} from "./plan.ts";

/**
 * A trunk is the beginning that all prompts of a call have in common, cut at a fixed place, and
 * evaluated in pieces of its own. Whatever call it comes from, its pieces and so its bits are the
 * same: that is why a trunk may be restored from an earlier call without changing a number.
 */

/** Pieces are of this size, but for the first two and, where it is left over, the last: those are of half of it. */
const PIECE_TOKENS = 128;
/** Kernels sum attention over fewer tokens in half precision, so no piece and no rest is smaller, nor any trunk. */
export const SMALLEST_PIECE_TOKENS: number = PIECE_TOKENS / 2;

/** Where a trunk is evaluated. */
export const TRUNK_SEQUENCES: readonly number[] = [0];

export const NO_TRUNK: TokenIds = new Int32Array();

/**
 * The trunk of a call's prompts; empty where they have too little in common. It never holds a
 * prompt's last token, whose logits are wanted.
 */
export function trunkOf(contexts: readonly TokenIds[]): TokenIds {
  const [first] = contexts;
  if (first === undefined || contexts.length < 2) return NO_TRUNK;
  const common = contexts.reduce(
    (length, context) => Math.min(length, context.length - 1, commonPrefix(first, context)),
    first.length - 1,
  );
  return first.slice(0, trunkLength(common));
}

/** What is evaluated of a call: the trunk first, then groups of paths behind it. */
export interface TrunkPlan {
  readonly trunk: TokenIds;
  readonly groups: readonly Group[];
}

/** Plans paths behind the trunk of the prompts that they begin with; without one where hardly anything would follow it. */
export function planWithTrunk(
  paths: readonly TokenIds[],
  contexts: readonly TokenIds[],
  limits: GroupLimits,
): TrunkPlan {
  const trunk = limits.sharing ? trunkOf(contexts) : NO_TRUNK;
  const groups = planGroups(paths, limits, trunk);
  const rest = groups.reduce((sum, { tokens }) => sum + tokens.length, 0);
  return trunk.length > 0 && rest < SMALLEST_PIECE_TOKENS
    ? { trunk: NO_TRUNK, groups: planGroups(paths, limits) }
    : { trunk, groups };
}

/** The pieces of a trunk from a cut on, as tokens of the first sequence. */
export function trunkPieces(trunk: TokenIds, from: number): readonly (readonly PlannedToken[])[] {
  const pieces: PlannedToken[][] = [];
  for (let start = from; start < trunk.length;) {
    const end = Math.min(nextCut(start), trunk.length);
    pieces.push(
      Array.from(trunk.subarray(start, end), (token, index) => ({
        token,
        position: start + index,
        sequences: TRUNK_SEQUENCES,
      })),
    );
    start = end;
  }
  return pieces;
}

/** How many tokens of a trunk an earlier one brings: all of its equal, else up to a cut that all trunks have. */
export function sharedTrunk(earlier: TokenIds, trunk: TokenIds): number {
  const common = commonPrefix(earlier, trunk);
  return common === earlier.length && common === trunk.length ? common : lastCut(common);
}

/** How much of a common beginning is a trunk. */
export function trunkLength(common: number): number {
  return common - (common % SMALLEST_PIECE_TOKENS);
}

/** The last place not behind `length` where all trunks that reach it are cut. */
function lastCut(length: number): number {
  if (length >= PIECE_TOKENS) return length - (length % PIECE_TOKENS);
  return length >= SMALLEST_PIECE_TOKENS ? SMALLEST_PIECE_TOKENS : 0;
}

function nextCut(cut: number): number {
  return cut < PIECE_TOKENS ? cut + SMALLEST_PIECE_TOKENS : cut + PIECE_TOKENS;
}
