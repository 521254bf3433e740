import type { ChoiceLoss } from "../core/loss.ts";
import { logSumExp } from "./log-sum-exp.ts";

/**
 * Splits the cross-entropy of a closed set of answers into format and decision loss.
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
  return {
    format: -logSumExp(logProbs),
    decision: logSumExp(compared) - (compared[goldIndex] as number),
    picked: options[pickedIndex] as string,
    correct: pickedIndex === goldIndex,
  };
}
