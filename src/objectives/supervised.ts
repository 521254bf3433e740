import type { AnswerScore, CrossEntropyObjective, ExampleScores } from "../core/objective.ts";
import { logSumExp } from "./log-sum-exp.ts";

/**
 * The cross-entropy of the known answer, or of several that are right: the best of them, or the
 * probability that any of them is said.
 */
export function supervisedLoss(
  { target, accepted }: Pick<ExampleScores, "target" | "accepted">,
  { per, references }: Pick<CrossEntropyObjective, "per" | "references">,
): number {
  const right = references === "target" ? [target] : [target, ...accepted];
  const scaled = right.map((answer) => answer.logProb / lengthOf(answer, per));
  return references === "sum" ? -logSumExp(scaled) : -Math.max(...scaled);
}

function lengthOf({ tokens, bytes }: AnswerScore, per: CrossEntropyObjective["per"]): number {
  return { answer: 1, token: tokens, byte: Math.max(1, bytes) }[per];
}
