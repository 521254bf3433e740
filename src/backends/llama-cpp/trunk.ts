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

/**
 * Kernels sum attention over fewer tokens in half precision, so the rest behind a trunk is no
 * smaller either. Larger pieces are evaluated a tenth faster, but more of what calls have in common
 * would lie behind the last cut.
 */
export const PIECE_TOKENS = 64;

/** Where a trunk is evaluated. */
export const TRUNK_SEQUENCES: readonly number[] = [0];

export const NO_TRUNK: TokenIds = new Int32Array();

/**
 * The trunk of a call's prompts; empty where they have too little in common. It never holds a
 * prompt's last token, whose logits are wanted.
 */
export function trunkOf(contexts: readonly TokenIds[]): TokenIds {
  const [first] = contexts;
  if (first === undefined) return NO_TRUNK;
  const common = contexts.reduce(
    (length, context) => Math.min(length, context.length - 1, commonPrefix(first, context)),
    first.length - 1,
  );
  return first.slice(0, lastCut(common));
}

/** What is evaluated of a call: the trunk first, then groups of paths behind it. */
export interface TrunkPlan {
  readonly trunk: TokenIds;
  readonly groups: readonly Group[];
}

/**
 * Plans paths behind the trunk of the prompts that they begin with. Where hardly anything would
 * follow it, its last piece is evaluated with what does.
 */
export function planWithTrunk(
  paths: readonly TokenIds[],
  contexts: readonly TokenIds[],
  limits: GroupLimits,
): TrunkPlan {
  const whole = limits.sharing ? trunkOf(contexts) : NO_TRUNK;
  const groups = planGroups(paths, limits, whole);
  const rest = groups.reduce((sum, { tokens }) => sum + tokens.length, 0);
  if (whole.length === 0 || rest >= PIECE_TOKENS) return { trunk: whole, groups };
  const trunk = whole.subarray(0, whole.length - PIECE_TOKENS);
  return { trunk, groups: planGroups(paths, limits, trunk) };
}

/** The pieces of a trunk from a cut on, as tokens of the first sequence. */
export function trunkPieces(trunk: TokenIds, from: number): readonly (readonly PlannedToken[])[] {
  const pieces: PlannedToken[][] = [];
  for (let start = from; start < trunk.length; start += PIECE_TOKENS) {
    pieces.push(
      Array.from(trunk.subarray(start, start + PIECE_TOKENS), (token, index) => ({
        token,
        position: start + index,
        sequences: TRUNK_SEQUENCES,
      })),
    );
  }
  return pieces;
}

/** How many tokens of a trunk an earlier one brings: up to the last cut that both have. */
export function sharedTrunk(earlier: TokenIds, trunk: TokenIds): number {
  return lastCut(commonPrefix(earlier, trunk));
}

/** The last place not behind `length` where trunks that reach it are cut. */
export function lastCut(length: number): number {
  return length - (length % PIECE_TOKENS);
}
