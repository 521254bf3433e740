import { type ChoiceLoss, DEFAULT_FORMAT_WEIGHT, type Objective } from "../core/loss.ts";
import type { AnswerMode } from "../core/task.ts";

/** The number that the search minimises, from the parts of one example's loss. */
export function objectiveLoss(
  objective: Objective,
  crossEntropy: number,
  choice: ChoiceLoss | undefined,
): number {
  if (objective.kind === "cross-entropy") return crossEntropy;
  if (choice === undefined) {
    throw new RangeError("The decision objective needs a closed set of answers for every example");
  }
  return choice.decision + objective.formatWeight * choice.format;
}

/** The objective that suits how answers are read, and why. */
export function defaultObjective(
  answers: AnswerMode,
  closedSet: boolean,
): { readonly objective: Objective; readonly reason: string } {
  if (answers === "chosen" && closedSet) {
    return {
      objective: { kind: "decision", formatWeight: DEFAULT_FORMAT_WEIGHT },
      reason:
        "answers are chosen among options by likelihood: the decision loss predicts which prompt chooses best",
    };
  }
  return {
    objective: { kind: "cross-entropy" },
    reason:
      "answers are written by the model: the cross-entropy of the whole answer counts its form as well as its choice",
  };
}
