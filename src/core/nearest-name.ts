import leven from "leven";

/** The candidate that a mistyped name most likely stands for, or undefined where none is close. */
export function nearestName(name: string, candidates: readonly string[]): string | undefined {
  const typed = name.toLowerCase();
  const ranked = candidates
    .map((candidate) => ({ candidate, distance: leven(typed, candidate.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
  const [nearest] = ranked;
  const tolerance = name.length < 4 ? 1 : Math.max(2, Math.floor(name.length / 3));
  return nearest !== undefined && nearest.distance <= tolerance ? nearest.candidate : undefined;
}

/** `; did you mean "target"?`, or nothing where no candidate is close. */
export function didYouMean(name: string, candidates: readonly string[]): string {
  const nearest = nearestName(name, candidates);
  return nearest === undefined ? "" : `; did you mean "${nearest}"?`;
}
