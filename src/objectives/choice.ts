import type { ChoiceLoss } from "../core/loss.ts";
import { brierScore } from "../statistics/calibration.ts";
import { logSumExp } from "./log-sum-exp.ts";

/**
 * Splits the cross-entropy of a closed set of answers, at least one right and one wrong, into format
 * and decision loss, and says how sure the decision is. Several right answers count as one: it is
 * right to pick any of them.
 *
 * @param logProbs natural-log probability of each option as a whole answer, in the options' order
 * @param right whether each option is a right answer
 * @param priors natural-log probability of each option behind an input that says nothing: taken off
 *   before the options are compared (Zhao et al. 2021, contextual calibration). The format part is
 *   then still about the options as they are, so that the two no longer add up.
 */
export function choiceLoss(
  options: readonly string[],
  logProbs: readonly number[],
  right: readonly boolean[],
  priors?: readonly number[],
): ChoiceLoss {
  const compared =
    priors === undefined
      ? logProbs
      : logProbs.map((logProb, index) => logProb - (priors[index] as number));
  const pickedIndex = compared.indexOf(Math.max(...compared));
  const total = logSumExp(compared);
  const shares = compared.map((logProb) => Math.exp(logProb - total));
  const rightOnes = compared.filter((_, index) => right[index]);
  const wrongOnes = compared.filter((_, index) => !right[index]);
  const decision = total - logSumExp(rightOnes);
  return {
    format: -logSumExp(logProbs),
    decision,
    picked: options[pickedIndex] as string,
    correct: right[pickedIndex] === true,
    margin: Math.max(...rightOnes) - Math.max(...wrongOnes),
    brier: brierScore([Math.exp(-decision), ...shares.filter((_, index) => !right[index])], 0),
    confidence: shares[pickedIndex] as number,
  };
}
