import type { Candidate, RenderedPrompt } from "../core/candidate.ts";
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
  /** What of the answer stands there already; nothing by default. */
  readonly prefix?: string;
}

/** An example with the candidate as it is shown for it. */
interface FittedExample extends ExampleToEncode {
  readonly candidate: Candidate;
}

/**
 * Token ids of each example's prompt with each of its targets, in order. Where demonstrations may
 * be dropped, the first ones go until the longest of an example's requests fits; all requests of
 * one example have the same prompt. A prefix counts with the room that is reserved for it.
 */
export async function encodeExamples(
  model: LanguageModel,
  candidate: Candidate,
  items: readonly ExampleToEncode[],
  encoding: Encoding,
): Promise<readonly (readonly EncodedRequest[])[]> {
  if (encoding.overflow !== "drop-demonstrations") {
    return encodeAll(model, withCandidate(items, candidate), encoding);
  }
  const bare = items.map(({ example, targets }) => ({ example, targets }));
  const fitted = await fittedCandidates(model, candidate, bare, encoding);
  const shown = items.map((item, index) => ({
    ...item,
    candidate: fitted[index] ?? candidate,
  }));
  return encodeAll(model, shown, encoding);
}

/** The ids of the examples whose prompt and answers do not fit the model's context as they are. */
export async function overflowingExamples(
  model: LanguageModel,
  candidate: Candidate,
  items: readonly ExampleToEncode[],
  encoding: Encoding,
): Promise<readonly string[]> {
  const encoded = await encodeAll(model, withCandidate(items, candidate), encoding);
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

/** The candidate for each example, with as many of its last demonstrations as fit. */
async function fittedCandidates(
  model: LanguageModel,
  candidate: Candidate,
  items: readonly ExampleToEncode[],
  encoding: Encoding,
): Promise<readonly Candidate[]> {
  if (candidate.demonstrations.length === 0 || items.length === 0) {
    return items.map(() => candidate);
  }
  const encoded = await encodeAll(model, withCandidate(items, candidate), encoding);
  const fit = encoded.map((requests) => fits(model, requests, encoding));
  const fewer = { ...candidate, demonstrations: candidate.demonstrations.slice(1) };
  const tooLong = items.filter((_, index) => fit[index] === false);
  const shorter = (await fittedCandidates(model, fewer, tooLong, encoding)).values();
  return fit.map((isFit) => (isFit ? candidate : (shorter.next().value ?? fewer)));
}

function withCandidate(
  items: readonly ExampleToEncode[],
  candidate: Candidate,
): readonly FittedExample[] {
  return items.map((item) => ({ ...item, candidate }));
}

async function encodeAll(
  model: LanguageModel,
  items: readonly FittedExample[],
  { scoreEnd }: Encoding,
): Promise<readonly (readonly EncodedRequest[])[]> {
  const end = scoreEnd === undefined ? {} : { scoreEnd };
  // An example with several prefixes has one prompt, which the model need not read but once.
  const prompts = new Map(
    items.map(({ example, candidate }) => [example, renderPrompt(candidate, example.inputs)]),
  );
  const requests = items.map(({ example, targets, prefix }): readonly EncodeRequest[] => {
    const prompt = prompts.get(example) as RenderedPrompt;
    const begun = prefix === undefined ? { prompt } : { prompt, prefix };
    return targets.length === 0 ? [begun] : targets.map((target) => ({ ...begun, target, ...end }));
  });
  const encoded = await model.encode(requests.flat());
  let next = 0;
  return requests.map(({ length }) => encoded.slice(next, (next += length)));
}
