import type { Candidate } from "../core/candidate.ts";
import { chatOnly, contextOverflow, type PmpoError, usageError } from "../core/errors.ts";
import type { Example } from "../core/example.ts";
import type { LanguageModel } from "../core/model.ts";
import type { Task } from "../core/task.ts";
import { canScore, type TextModel } from "../core/text-model.ts";
import { answerLimits, answerTokensFor } from "../evaluation/answer.ts";
import { questionLengths } from "../evaluation/judge-metric.ts";
import { objectiveNeeds } from "../objectives/objective.ts";
import { encodeExamples, type Encoding } from "../scoring/encode-examples.ts";
import { reasoningRoom } from "../scoring/reasonings.ts";
import { renderPrompt } from "../scoring/render.ts";
import { meanPromptTokens } from "../scoring/prompt-tokens.ts";

/** Says why a prompt cannot be taken, or null where it can. */
export type PromptCheck = (candidate: Candidate) => Promise<PmpoError | null>;

/** Refuses a task whose start prompt does not fit the context with every answer it will get, before any work. */
export async function checkFit(model: LanguageModel, task: Task): Promise<void> {
  const { start, data, overflow, objective } = task;
  const [first] = data.train;
  const isPlain = first !== undefined && renderPrompt(start, first.inputs).kind === "text";
  if (isPlain && model.capabilities.plain === false) throw chatOnly();
  const { maxTokens } = await answerLimits(model, data.train, objective);
  const error =
    (await tooLong(model, task, start)) ??
    (await firstOverflow(model, task, start, data.train, { overflow })) ??
    (await firstOverflow(model, task, start, [...data.validation, ...data.test], {
      overflow,
      reservedTokens: maxTokens,
    }));
  if (error !== null) throw error;
}

/**
 * Refuses a task about whose test examples its judge could not be asked, before any work. The
 * answers are taken to be as long as they may get, in tokens of the judge.
 */
export async function checkJudgeFit(
  judge: LanguageModel | TextModel,
  model: LanguageModel,
  { metric, data, objective }: Task,
): Promise<void> {
  // How long a context may be, a model that only writes does not say.
  if (metric.kind !== "judge" || !canScore(judge)) return;
  const answerTokens = await answerTokensFor(judge, model, data.train, objective);
  const lengths = await questionLengths(judge, metric, data.test);
  const limit = judge.capabilities.contextTokens;
  const index = lengths.findIndex((tokens) => tokens + answerTokens > limit);
  if (index < 0) return;
  const id = `the judge's question about example ${data.test[index]?.id ?? index}`;
  throw contextOverflow(id, lengths[index] as number, answerTokens, limit);
}

/**
 * Whether the verdict could be reached with a prompt: every test and validation example fits with
 * the answer it gets, the demonstrations left out, as they are where they do not fit.
 */
function roomForTest(model: LanguageModel, task: Task): PromptCheck {
  return async (candidate) => {
    const { maxTokens } = await answerLimits(model, task.data.train, task.objective);
    const bare = { ...candidate, demonstrations: [] };
    const held = [...task.data.validation, ...task.data.test];
    return firstOverflow(model, task, bare, held, { reservedTokens: maxTokens });
  };
}

/** What keeps the search from taking a prompt. */
export function obstacleFor(model: LanguageModel, task: Task): PromptCheck {
  const hasRoom = roomForTest(model, task);
  return async (candidate) => (await tooLong(model, task, candidate)) ?? (await hasRoom(candidate));
}

async function tooLong(
  model: LanguageModel,
  { data, length: { maximumTokens } }: Task,
  candidate: Candidate,
): Promise<PmpoError | null> {
  if (maximumTokens === null) return null;
  const mean = await meanPromptTokens(model, candidate, data.train);
  if (mean <= maximumTokens) return null;
  return usageError(
    "PROMPT_TOO_LONG",
    `The prompt has ${mean.toFixed(1)} tokens on average, input included; length.maximumTokens is ${maximumTokens}`,
    "Allow more tokens, or start from a shorter prompt.",
  );
}

/** As `obstacleFor`, with all that the prompt shows: every training and test example fits as it is. */
export function roomForAll(model: LanguageModel, task: Task): PromptCheck {
  const { train, test } = task.data;
  return async (candidate) => {
    const { maxTokens } = await answerLimits(model, train, task.objective);
    return (
      (await tooLong(model, task, candidate)) ??
      (await firstOverflow(model, task, candidate, train, {})) ??
      firstOverflow(model, task, candidate, test, { reservedTokens: maxTokens })
    );
  };
}

async function firstOverflow(
  model: LanguageModel,
  { objective, options }: Task,
  candidate: Candidate,
  examples: readonly Example[],
  encoding: Encoding,
): Promise<PmpoError | null> {
  const needs = objectiveNeeds(objective);
  const items = examples.map((example) => ({
    example,
    targets: [
      ...new Set([
        example.target,
        ...(example.options ?? options ?? []),
        ...(needs.accepted ? (example.accept ?? []) : []),
        ...(needs.negatives ? (example.rejected ?? []) : []),
      ]),
    ],
  }));
  const limit = model.capabilities.contextTokens;
  const reasoning = await reasoningRoom(model, objective);
  const reservedTokens = Math.max(encoding.reservedTokens ?? 0, reasoning);
  const encoded = await encodeExamples(model, candidate, items, { ...encoding, reservedTokens });
  for (const [index, requests] of encoded.entries()) {
    for (const { context, target } of requests) {
      // The known answer first: it is what people can look up.
      const answers = [reasoning + target.length, reservedTokens];
      const answer = answers.find((tokens) => context.length + tokens > limit);
      if (answer === undefined) continue;
      const id = `example ${examples[index]?.id ?? index}`;
      return contextOverflow(id, context.length, answer, limit);
    }
  }
  return null;
}
