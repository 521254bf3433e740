import type { ExampleScores } from "../core/objective.ts";
import { logSumExp } from "./log-sum-exp.ts";

/** −log of the target's share of the probability of target and wrong answers together. Nats, >= 0. */
export function contrastLoss({
  target,
  negatives,
}: Pick<ExampleScores, "target" | "negatives">): number {
  return logSumExp([target, ...negatives].map(({ logProb }) => logProb)) - target.logProb;
}

/** log p(target | input) − log p(target | no input), nats: what the input tells about the answer. */
export function pointwiseMutualInformation({
  target,
  contentFree,
}: Pick<ExampleScores, "target" | "contentFree">): number {
  const without = contentFree.get(target.text);
  if (without === undefined) {
    throw new RangeError("The mutual information needs the target's score without an input");
  }
  return target.logProb - without;
}
