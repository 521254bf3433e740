import type { GenerateRequest, ModelCapabilities, ScoreRequest } from "../../core/model.ts";
import type { LoadedFacts } from "./protocol.ts";

/** Whether and how far a model's requests may share what they begin with. */
export type Sharing = Pick<
  ModelCapabilities,
  "prefixSharing" | "prefixSharingNote" | "sharingBelowTokens"
>;

/** What a loaded model says of itself. */
export function sharingOf({
  sharingObstacle,
  slidingWindowTokens,
}: Pick<LoadedFacts, "sharingObstacle" | "slidingWindowTokens">): Sharing {
  if (sharingObstacle !== null) return { prefixSharing: false, prefixSharingNote: sharingObstacle };
  if (slidingWindowTokens === null) return { prefixSharing: true };
  return {
    prefixSharing: true,
    prefixSharingNote: `where a request is not shorter than the ${slidingWindowTokens} tokens of the model's sliding window`,
    sharingBelowTokens: slidingWindowTokens,
  };
}

/** A few words for a model's identity. */
export function sharingName({ prefixSharing, sharingBelowTokens }: Sharing): string {
  if (!prefixSharing) return "no sharing";
  return sharingBelowTokens === undefined
    ? "shared prefixes"
    : `prefixes shared below ${sharingBelowTokens} tokens`;
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
