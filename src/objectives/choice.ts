import type { ChoiceLoss } from "../core/loss.ts";

/**
 * Splits the cross-entropy of a closed set of answers into format and decision loss.
 *
 * @param logProbs natural-log probability of each option as a whole answer, in the options' order
 * @param goldIndex which option is the reference
 */
export function choiceLoss(
  options: readonly string[],
  logProbs: readonly number[],
  goldIndex: number,
): ChoiceLoss {
  const largest = Math.max(...logProbs);
  const logTotal =
    largest + Math.log(logProbs.reduce((sum, logProb) => sum + Math.exp(logProb - largest), 0));
  const pickedIndex = logProbs.indexOf(largest);
  return {
    format: -logTotal,
    decision: logTotal - (logProbs[goldIndex] as number),
    picked: options[pickedIndex] as string,
    correct: pickedIndex === goldIndex,
  };
}
