import type { ScoreRequest } from "../../core/model.ts";
import { commonPrefix } from "./plan.ts";
import type { Leaf } from "./plan-scoring.ts";

/** Where a wanted probability goes: entry `index` of request `request`'s result. */
export interface Wanted {
  readonly request: number;
  readonly index: number;
  readonly token: number;
}

/**
 * For each leaf in order of evaluation, by position, what is read off the logits there. A position
 * that several leaves share belongs to the first of them, which is the one that evaluates it.
 */
export function wantedByNode(
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
