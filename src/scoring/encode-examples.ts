import type { Candidate } from "../core/candidate.ts";
import type { Example } from "../core/example.ts";
import type { EncodedRequest, EncodeRequest, LanguageModel } from "../core/model.ts";
import type { Overflow } from "../core/task.ts";
import { renderPrompt } from "./render.ts";

/** How prompts become token ids. */
export interface Encoding {
  /** What to do when a prompt and its answer do not fit the model's context. Default: leave it to the model, which refuses. */
  readonly overflow?: Overflow;
  /** Whether the end of the answer belongs to the target. Default true. */
  readonly scoreEnd?: boolean;
  /** Room to leave for tokens that will be generated. Default 0. */
  readonly reservedTokens?: number;
}

/** An example with the answers to encode behind its prompt; none: the prompt alone. */
export interface ExampleToEncode {
  readonly example: Example;
  readonly targets: readonly string[];
}

/**
 * Token ids of each example's prompt with each of its targets, in order. Where demonstrations may
 * be dropped, the first ones go until the longest of an example's requests fits; all requests of
 * one example have the same prompt.
 */
export async function encodeExamples(
  model: LanguageModel,
  candidate: Candidate,
  items: readonly ExampleToEncode[],
  encoding: Encoding,
): Promise<readonly (readonly EncodedRequest[])[]> {
  const encoded = await encodeAll(model, candidate, items, encoding);
  if (encoding.overflow !== "drop-demonstrations") return encoded;
  return Promise.all(
    items.map((item, index) =>
      fitting(model, candidate, item, encoded[index] as readonly EncodedRequest[], encoding),
    ),
  );
}

/** The ids of the examples whose prompt and answers do not fit the model's context as they are. */
export async function overflowingExamples(
  model: LanguageModel,
  candidate: Candidate,
  items: readonly ExampleToEncode[],
  encoding: Encoding,
): Promise<readonly string[]> {
  const encoded = await encodeAll(model, candidate, items, encoding);
  return items
    .filter((_, index) => !fits(model, encoded[index] as readonly EncodedRequest[], encoding))
    .map(({ example }) => example.id);
}

function fits(
  { capabilities }: LanguageModel,
  requests: readonly EncodedRequest[],
  { reservedTokens = 0 }: Encoding,
): boolean {
  const lengths = requests.map(({ context, target }) => context.length + target.length);
  return Math.max(...lengths) + reservedTokens <= capabilities.contextTokens;
}

async function fitting(
  model: LanguageModel,
  candidate: Candidate,
  item: ExampleToEncode,
  requests: readonly EncodedRequest[],
  encoding: Encoding,
): Promise<readonly EncodedRequest[]> {
  if (fits(model, requests, encoding) || candidate.demonstrations.length === 0) return requests;
  const fewer = { ...candidate, demonstrations: candidate.demonstrations.slice(1) };
  const [shorter = []] = await encodeAll(model, fewer, [item], encoding);
  return fitting(model, fewer, item, shorter, encoding);
}

async function encodeAll(
  model: LanguageModel,
  candidate: Candidate,
  items: readonly ExampleToEncode[],
  { scoreEnd }: Encoding,
): Promise<readonly (readonly EncodedRequest[])[]> {
  const end = scoreEnd === undefined ? {} : { scoreEnd };
  const requests = items.map(({ example, targets }): readonly EncodeRequest[] => {
    const prompt = renderPrompt(candidate, example.inputs);
    return targets.length === 0
      ? [{ prompt }]
      : targets.map((target) => ({ prompt, target, ...end }));
  });
  const encoded = await model.encode(requests.flat());
  let next = 0;
  return requests.map(({ length }) => encoded.slice(next, (next += length)));
}
