import type { CandidateView } from "../report/candidate-views.ts";

/** Candidates that can be asked for by id. */
export interface Family {
  /** The candidate of that id, or the start prompt where there is none. */
  readonly member: (id: string) => CandidateView;
  /** Null of the start prompt. */
  readonly parentOf: (candidate: CandidateView) => CandidateView | null;
}

/** The candidates of a run, of which there is at least the start prompt. */
export function familyOf(candidates: readonly CandidateView[]): Family {
  const [start] = candidates;
  if (start === undefined) throw new RangeError("A run without a start prompt has no page");
  const byId = new Map(candidates.map((candidate) => [candidate.id, candidate]));
  return {
    member: (id) => byId.get(id) ?? start,
    parentOf: ({ parentId }) => (parentId === null ? null : (byId.get(parentId) ?? null)),
  };
}
