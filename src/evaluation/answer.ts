import type { Candidate } from "../core/candidate.ts";
import type { Example } from "../core/example.ts";
import type { CallOptions, Generation, LanguageModel, Sampling } from "../core/model.ts";
import type { Objective } from "../core/objective.ts";
import { deriveSeed } from "../core/random.ts";
import { canScore, type TextModel, writerOf } from "../core/text-model.ts";
import { encodeExamples } from "../scoring/encode-examples.ts";
import { reasoningRoom } from "../scoring/reasonings.ts";
import { sampleTexts } from "../scoring/sample-texts.ts";

/** The likeliest token each time. */
export const GREEDY = { temperature: 0, topP: 1, topK: 0, minP: 0 } as const;

/** How long answers may get and where plain-text answers end, as learned from known answers. */
export interface AnswerLimits {
  readonly maxTokens: number;
  /** Where an answer in plain text ends, as known answers tell; chat answers end with their turn. */
  readonly plainEnd: "line" | "blank-line" | "next-input";
}

const SPARE_TOKENS = 8;

/** Room for half as much again as the longest known answer, and for the reasoning of an objective that has it. */
export async function answerLimits(
  model: LanguageModel | TextModel,
  examples: readonly Example[],
  objective: Objective,
): Promise<AnswerLimits> {
  const tokens = await writerOf(model).countTokens(examples.map(({ target }) => target));
  const longest = Math.max(...tokens);
  const holds = (text: string): boolean => examples.some(({ target }) => target.includes(text));
  const reasoningTokens = await reasoningRoom(model, objective);
  const isLong = reasoningTokens > 0 || holds("\n\n");
  return {
    maxTokens: reasoningTokens + Math.ceil(longest * 1.5) + SPARE_TOKENS,
    plainEnd: isLong ? "next-input" : holds("\n") ? "blank-line" : "line",
  };
}

/**
 * How many tokens of a reader's vocabulary the longest answer that a writer may give can take: for
 * each of the writer's as many as any known answer takes.
 */
export async function answerTokensFor(
  reader: LanguageModel,
  writer: LanguageModel | TextModel,
  examples: readonly Example[],
  objective: Objective,
): Promise<number> {
  const { maxTokens } = await answerLimits(writer, examples, objective);
  const written = await knownAnswerTokens(writer, examples);
  const read = await knownAnswerTokens(reader, examples);
  const ratios = read.map((tokens, index) => tokens / Math.max(1, written[index] as number));
  return Math.ceil(maxTokens * Math.max(1, ...ratios));
}

/** Tokens of each example's known answer, and of nothing else. */
async function knownAnswerTokens(
  model: LanguageModel | TextModel,
  examples: readonly Example[],
): Promise<readonly number[]> {
  if (!canScore(model)) return model.countTokens(examples.map(({ target }) => target));
  const prompt = { kind: "text", text: "" } as const;
  const encoded = await model.encode(
    examples.map(({ target }) => ({ prompt, target, scoreEnd: false })),
  );
  return encoded.map(({ target }) => target.length);
}

/** The model's own answer to each example under a candidate: greedy, in order. */
export async function generateAnswers(
  model: LanguageModel,
  candidate: Candidate,
  examples: readonly Example[],
  limits: AnswerLimits,
  call: CallOptions,
): Promise<readonly Generation[]> {
  const answers = await sampleAnswers(
    model,
    candidate,
    examples,
    { ...limits, count: 1, sampling: GREEDY, seed: 0 },
    call,
  );
  return answers.flat();
}

/** How several answers to one example are drawn. */
export interface AnswerSampling extends AnswerLimits {
  readonly count: number;
  readonly sampling: Sampling;
  readonly seed: number;
}

/** `count` answers of the model to each example under a candidate, in order, each with a stream of its own. */
export async function sampleAnswers(
  model: LanguageModel,
  candidate: Candidate,
  examples: readonly Example[],
  { maxTokens, plainEnd, count, sampling, seed }: AnswerSampling,
  call: CallOptions,
): Promise<readonly (readonly Generation[])[]> {
  const encoded = await encodeExamples(
    model,
    candidate,
    examples.map((example) => ({ example, targets: [] })),
    { overflow: "drop-demonstrations", reservedTokens: maxTokens },
  );
  const prompts = encoded.flat().map(({ context }, place) => ({
    id: `answer to example ${examples[place]?.id ?? place}`,
    context,
  }));
  const stop = stopTexts(candidate, plainEnd);
  const seedOf = (place: number, sample: number): number =>
    sample === 0 ? seed : deriveSeed(seed, place, sample);
  const answers = await sampleTexts(
    model,
    prompts,
    { count, maxTokens, sampling, stop, seedOf },
    call,
  );
  return answers.map((own) => own.map((answer) => ({ ...answer, text: answer.text.trim() })));
}

/** Where an answer ends at the latest. */
export function stopTexts(
  { layout }: Candidate,
  plainEnd: AnswerLimits["plainEnd"],
): readonly string[] {
  if (layout.kind !== "plain") return [];
  return [{ line: "\n", "blank-line": "\n\n", "next-input": `\n\n${layout.inputName}:` }[plainEnd]];
}
