/** Objectives as task files and flags name them. */
export const OBJECTIVE_NAMES = [
  "cross-entropy",
  "decision",
  "contrast",
  "mutual-information",
  "preference",
  "answer-after-reasoning",
  "accuracy",
] as const;

export type ObjectiveName = (typeof OBJECTIVE_NAMES)[number];
