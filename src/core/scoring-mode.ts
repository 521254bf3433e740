import type { Objective } from "./objective.ts";

/** What candidates are told apart by: how likely they make known answers, or grades of answers that are written. */
export type ScoringMode = "likelihood" | "accuracy";

export function scoringMode({ kind }: Pick<Objective, "kind">): ScoringMode {
  return kind === "accuracy" ? "accuracy" : "likelihood";
}

/** What to do about a model that says nothing of how likely given answers are, and what that costs. */
export const ACCURACY_INSTEAD =
  "Prompts for it are found in accuracy mode, `--objective accuracy`: it writes an answer for every example under every prompt, and gains are counted in whole examples, so that more examples are needed than with likelihoods.";
