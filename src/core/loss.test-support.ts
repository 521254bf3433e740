import type { ExampleLoss } from "./loss.ts";

/** A loss of so many nats on an answer of one token, as of an open answer under the plain objective. */
export function lossOf(loss: number, exampleId = "1"): ExampleLoss {
  return { exampleId, loss, crossEntropy: loss, targetTokens: 1, targetBytes: 1, promptTokens: 10 };
}
