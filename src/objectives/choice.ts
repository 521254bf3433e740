import type { ChoiceLoss } from "../core/loss.ts";
import { brierScore } from "../statistics/calibration.ts";
import { logSumExp } from "./log-sum-exp.ts";

/**
 * Splits the cross-entropy of a closed set of at least two answers into format and decision loss,
 * and says how sure the decision is.
 *
 * @param logProbs natural-log probability of each option as a whole answer, in the options' order
 * @param goldIndex which option is the reference
 * @param priors natural-log probability of each option behind an input that says nothing: taken off
 *   before the options are compared (Zhao et al. 2021, contextual calibration). The format part is
 *   then still about the options as they are, so that the two no longer add up.
 */
export function choiceLoss(
  options: readonly string[],
  logProbs: readonly number[],
  goldIndex: number,
  priors?: readonly number[],
): ChoiceLoss {
  const compared =
    priors === undefined
      ? logProbs
      : logProbs.map((logProb, index) => logProb - (priors[index] as number));
  const pickedIndex = compared.indexOf(Math.max(...compared));
  const total = logSumExp(compared);
  const shares = compared.map((logProb) => Math.exp(logProb - total));
  const gold = compared[goldIndex] as number;
  return {
    format: -logSumExp(logProbs),
    decision: total - gold,
    picked: options[pickedIndex] as string,
    correct: pickedIndex === goldIndex,
    margin: gold - Math.max(...compared.filter((_, index) => index !== goldIndex)),
    brier: brierScore(shares, goldIndex),
    confidence: shares[pickedIndex] as number,
  };
}
