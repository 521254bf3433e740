import type { GenerateRequest, ModelCapabilities, ScoreRequest } from "../../core/model.ts";
import type { LoadedFacts } from "./protocol.ts";

/** Whether and how far a model's requests may share what they begin with. */
export type Sharing = Pick<ModelCapabilities, "prefixSharing" | "sharingBelowTokens">;

/** What a loaded model says of itself. */
export function sharingOf({
  sharingObstacle,
  slidingWindowTokens,
}: Pick<LoadedFacts, "sharingObstacle" | "slidingWindowTokens">): Sharing {
  return {
    prefixSharing: sharingObstacle === null,
    ...(slidingWindowTokens === null ? {} : { sharingBelowTokens: slidingWindowTokens }),
  };
}

/**
 * Whether the requests of a call are evaluated as one trie. Behind a sliding window the cache gives
 * away the places of tokens that are out of sight of the last one, and whoever takes over a prefix
 * would look for them there: only where every request is shorter than the window does it keep all.
 */
export function sharesPrefixes(
  { prefixSharing, sharingBelowTokens = Infinity }: Sharing,
  requests: readonly (ScoreRequest | GenerateRequest)[],
): boolean {
  return prefixSharing && requests.every((request) => cellsOf(request) < sharingBelowTokens);
}

/** Prompt and answer, however long that may get. */
function cellsOf(request: ScoreRequest | GenerateRequest): number {
  const { context } = request;
  return context.length + ("target" in request ? request.target.length : request.maxTokens);
}
