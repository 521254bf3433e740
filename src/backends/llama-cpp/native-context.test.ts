import { expect, test } from "vitest";
import { batchOutputs } from "./native-context.ts";

test.each([
  ["49,152 tokens: 64 MiB of logits", 49_152, 341],
  ["151,936: no fewer than 128 places", 151_936, 128],
  ["259: no more than a batch has", 259, 512],
])("a batch computes logits for a vocabulary of %s", (_, vocabularySize, outputs) => {
  expect(batchOutputs(vocabularySize)).toBe(outputs);
});
