import type { TokenIds } from "../../core/model.ts";

/** One token to evaluate, and the sequences of its group that it belongs to. */
export interface PlannedToken {
  readonly token: number;
  /** Place in its sequences, from 0. */
  readonly position: number;
  /** The first is the one whose path brought it. */
  readonly sequences: readonly number[];
}

/**
 * Sequences that are held in the cache together. Every distinct prefix among them is evaluated
 * once; what the group shares with the one before it stays in the cache.
 */
export interface Group {
  /** Indices of the planned paths: sequence s of the group is path `paths[s]`. */
  readonly paths: readonly number[];
  /**
   * For each sequence, the leading tokens it takes over from the last sequence of the group
   * before. The first sequence's number is the largest; all zero for a fresh cache.
   */
  readonly kept: readonly number[];
  /** In depth-first order of the group's tree, so that every token follows its parent. */
  readonly tokens: readonly PlannedToken[];
}

/** What one group may hold at most. */
export interface GroupLimits {
  readonly sequences: number;
  /** Tokens evaluated anew, unless a single path alone needs more. */
  readonly newTokens: number;
  /** Cells of the cache, kept ones included. */
  readonly cells: number;
  /** Whether common prefixes may be shared at all. */
  readonly sharing: boolean;
}

/**
 * Plans the evaluation of token paths so that every distinct prefix is evaluated once.
 *
 * Paths are put in lexicographic order, which makes paths with a common prefix neighbours, and cut
 * into groups; between neighbouring groups the common prefix of the last and the next path stays.
 *
 * @param resident what the only sequence in the cache holds already: a prefix of every path, shorter than any
 */
export function planGroups(
  paths: readonly TokenIds[],
  limits: GroupLimits,
  resident: TokenIds = new Int32Array(),
): readonly Group[] {
  const order = paths
    .map((_, index) => index)
    .sort((a, b) => comparePaths(pathAt(paths, a), pathAt(paths, b)) || a - b);
  const groups: Group[] = [];
  let next = 0;
  while (next < order.length) {
    const last = groups.at(-1)?.paths.at(-1);
    const previous = last === undefined ? resident : pathAt(paths, last);
    const first = order[next] as number;
    const kept = limits.sharing ? keptPrefix(previous, pathAt(paths, first)) : 0;
    const size = groupSize(paths, order.slice(next), kept, limits);
    const members = order.slice(next, next + size);
    const keptBySequence = members.map((member) =>
      Math.min(kept, commonPrefix(pathAt(paths, first), pathAt(paths, member))),
    );
    const tokens = treeTokens(
      members.map((member) => pathAt(paths, member)),
      kept,
      members.map((_, sequence) => sequence),
    );
    groups.push({ paths: members, kept: keptBySequence, tokens });
    next += size;
  }
  return groups;
}

/** How much a path takes over from another: never its last token, whose logits have to be computed again. */
export function keptPrefix(previous: TokenIds, next: TokenIds): number {
  return Math.min(commonPrefix(previous, next), next.length - 1);
}

/** How many of the ordered paths fit one group; at least one. */
function groupSize(
  paths: readonly TokenIds[],
  ordered: readonly number[],
  kept: number,
  limits: GroupLimits,
): number {
  if (!limits.sharing) return 1;
  let newTokens = pathAt(paths, ordered[0] as number).length - kept;
  let size = 1;
  while (size < ordered.length && size < limits.sequences) {
    const path = pathAt(paths, ordered[size] as number);
    const added = path.length - commonPrefix(pathAt(paths, ordered[size - 1] as number), path);
    const total = newTokens + added;
    if (total > limits.newTokens || kept + total > limits.cells) break;
    newTokens = total;
    size++;
  }
  return size;
}

/**
 * The distinct tokens of ordered paths after the first one's kept prefix, in depth-first order,
 * each with the sequences that share it.
 */
export function treeTokens(
  paths: readonly TokenIds[],
  kept: number,
  sequences: readonly number[],
): readonly PlannedToken[] {
  const tokens: PlannedToken[] = [];
  paths.forEach((path, place) => {
    const shared = place === 0 ? kept : commonPrefix(pathAt(paths, place - 1), path);
    // Common prefixes with later neighbours only ever shrink along the lexicographic order.
    const own = [sequences[place] as number];
    const owners: (readonly number[])[] = Array.from(path, () => own);
    let common = path.length;
    for (let later = place + 1; later < paths.length && common > shared; later++) {
      common = Math.min(common, commonPrefix(pathAt(paths, later - 1), pathAt(paths, later)));
      const both = sequences.slice(place, later + 1);
      for (let position = shared; position < common; position++) owners[position] = both;
    }
    for (let position = shared; position < path.length; position++) {
      tokens.push({
        token: path[position] as number,
        position,
        sequences: owners[position] as readonly number[],
      });
    }
  });
  return tokens;
}

/** Number of leading tokens that two paths have in common. */
export function commonPrefix(a: TokenIds, b: TokenIds): number {
  const limit = Math.min(a.length, b.length);
  let length = 0;
  while (length < limit && a[length] === b[length]) length++;
  return length;
}

/** Lexicographic order of paths; a prefix comes before what extends it. */
export function comparePaths(a: TokenIds, b: TokenIds): number {
  const common = commonPrefix(a, b);
  if (common === a.length || common === b.length) return a.length - b.length;
  return (a[common] as number) - (b[common] as number);
}

function pathAt(paths: readonly TokenIds[], index: number): TokenIds {
  return paths[index] as TokenIds;
}
