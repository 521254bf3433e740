import type { Candidate } from "../core/candidate.ts";
import { chatOnly, contextOverflow, type PmpoError, usageError } from "../core/errors.ts";
import type { Example } from "../core/example.ts";
import type { LanguageModel } from "../core/model.ts";
import type { Objective } from "../core/objective.ts";
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
export async function checkFit(model: LanguageModel | TextModel, task: Task): Promise<void> {
  const { start, data, overflow, objective } = task;
  if (!canScore(model)) return checkWriterFit(model, task);
  const [first] = data.train;
  const isPlain = first !== undefined && renderPrompt(start, first.inputs).kind === "text";
  if (isPlain && model.capabilities.plain === false) throw chatOnly();
  const { maxTokens } = await answerLimits(model, data.train, objective);
  const error =
    (await tooLong(model, task, start)) ??
    (await firstOverflow(model, task, start, data.train, {
      overflow,
      reservedTokens: roomInTraining(objective, maxTokens),
    })) ??
    (await firstOverflow(model, task, start, [...data.validation, ...data.test], {
      overflow,
      reservedTokens: maxTokens,
    }));
  if (error !== null) throw error;
}

/**
 * Refuses a task about whose examples its judge could not be asked, before any work: those of the
 * test, and all where training asks it too. The answers are taken to be as long as they may get, in tokens of the judge.
 */
export async function checkJudgeFit(
  judge: LanguageModel | TextModel,
  model: LanguageModel | TextModel,
  { metric, data, objective }: Task,
): Promise<void> {
  // How long a context may be, a model that only writes does not say.
  if (metric.kind !== "judge" || !canScore(judge)) return;
  const answerTokens = await answerTokensFor(judge, model, data.train, objective);
  const judged =
    objective.kind === "accuracy" ? [...data.train, ...data.validation, ...data.test] : data.test;
  const lengths = await questionLengths(judge, metric, judged);
  const limit = judge.capabilities.contextTokens;
  const index = lengths.findIndex((tokens) => tokens + answerTokens > limit);
  if (index < 0) return;
  const id = `the judge's question about example ${judged[index]?.id ?? index}`;
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

/** What keeps the search from taking a prompt. How long a context may be, a model that only writes says when it is asked. */
export function obstacleFor(model: LanguageModel | TextModel, task: Task): PromptCheck {
  if (!canScore(model)) return () => Promise.resolve(null);
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
  const items = examples.map((example) => ({
    example,
    targets: textsToScore(objective, example, options),
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

/** Texts whose likelihood an objective may ask for; none where answers are written. */
function textsToScore(
  objective: Objective,
  { target, options, accept = [], rejected = [] }: Example,
  shared: readonly string[] | null,
): readonly string[] {
  if (objective.kind === "accuracy") return [];
  const needs = objectiveNeeds(objective);
  return [
    ...new Set([
      target,
      ...(options ?? shared ?? []),
      ...(needs.accepted ? accept : []),
      ...(needs.negatives ? rejected : []),
    ]),
  ];
}

/** Where answers are graded, they are written in training, too. */
function roomInTraining({ kind }: Objective, maxTokens: number): number {
  return kind === "accuracy" ? maxTokens : 0;
}

/** What can be told of a model that only writes without asking it. */
function checkWriterFit({ identity, capabilities }: TextModel, { start, length }: Task): void {
  if (length.maximumTokens !== null) {
    throw usageError(
      "PROMPT_TOKENS_UNKNOWN",
      `length.maximumTokens needs a model whose tokens can be counted, and ${identity.name} only writes`,
      "Leave it out; optimizer.maxInstructionCharacters bounds the instruction.",
    );
  }
  if (start.layout.kind !== "plain" || capabilities.plain) return;
  throw usageError(
    "NO_PLAIN_TEXT",
    `${identity.name} takes conversations, and the prompt's layout is plain text`,
    "Use the layout system, user or user-last.",
  );
}
