import type { Candidate } from "../core/candidate.ts";
import type { Example } from "../core/example.ts";
import type { LanguageModel } from "../core/model.ts";
import { encodeExamples } from "./encode-examples.ts";

/** Tokens of the whole prompt of a call, input included: the mean over at least one example. */
export async function meanPromptTokens(
  model: LanguageModel,
  candidate: Candidate,
  examples: readonly Example[],
): Promise<number> {
  const items = examples.map((example) => ({ example, targets: [] }));
  const encoded = (await encodeExamples(model, candidate, items, {})).flat();
  return encoded.reduce((sum, { context }) => sum + context.length, 0) / encoded.length;
}

/** Tokens of a text alone, without what the model puts in front of every text. */
export async function textTokens(model: LanguageModel, text: string): Promise<number> {
  const [whole, empty] = await model.encode(
    [text, ""].map((each) => ({ prompt: { kind: "text", text: each } })),
  );
  return (whole?.context.length ?? 0) - (empty?.context.length ?? 0);
}
