import type { GradedLoss, LikelihoodLoss } from "./loss.ts";

/** A loss of so many nats on an answer of one token, as of an open answer under the plain objective. */
export function lossOf(loss: number, exampleId = "1"): LikelihoodLoss {
  return { exampleId, loss, crossEntropy: loss, targetTokens: 1, targetBytes: 1, promptTokens: 10 };
}

/** Of an answer with that score. */
export function gradedLoss(score: number, exampleId = "1"): GradedLoss {
  return { exampleId, loss: 1 - score, promptTokens: 10, answer: { text: "said", score } };
}
