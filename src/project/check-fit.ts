import type { Candidate } from "../core/candidate.ts";
import { contextOverflow, type PmpoError } from "../core/errors.ts";
import type { Example } from "../core/example.ts";
import type { LanguageModel } from "../core/model.ts";
import type { Task } from "../core/task.ts";
import { answerLimits } from "../evaluation/answer.ts";
import { objectiveNeeds } from "../objectives/objective.ts";
import { encodeExamples, type Encoding } from "../scoring/encode-examples.ts";

/** Says which example leaves a prompt no room for an answer, or null where all fit. */
export type RoomCheck = (candidate: Candidate) => Promise<PmpoError | null>;

/** Refuses a task whose start prompt does not fit the context with every answer it will get, before any work. */
export async function checkFit(model: LanguageModel, task: Task): Promise<void> {
  const { start, data, overflow } = task;
  const { maxTokens } = await answerLimits(model, data.train);
  const error =
    (await firstOverflow(model, task, start, data.train, { overflow })) ??
    (await firstOverflow(model, task, start, data.test, { overflow, reservedTokens: maxTokens }));
  if (error !== null) throw error;
}

/**
 * Whether the verdict could be reached with a prompt: every test example fits with the answer it
 * gets, the demonstrations left out, as they are where they do not fit.
 */
export function roomForTest(model: LanguageModel, task: Task): RoomCheck {
  return async (candidate) => {
    const { maxTokens } = await answerLimits(model, task.data.train);
    const bare = { ...candidate, demonstrations: [] };
    return firstOverflow(model, task, bare, task.data.test, { reservedTokens: maxTokens });
  };
}

/** As `roomForTest`, with all that the prompt shows: every training and test example fits as it is. */
export function roomForAll(model: LanguageModel, task: Task): RoomCheck {
  const { train, test } = task.data;
  return async (candidate) => {
    const { maxTokens } = await answerLimits(model, train);
    return (
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
  const encoded = await encodeExamples(model, candidate, items, encoding);
  for (const [index, requests] of encoded.entries()) {
    for (const { context, target } of requests) {
      // The known answer first: it is what people can look up.
      const answers = [target.length, encoding.reservedTokens ?? 0];
      const answer = answers.find((tokens) => context.length + tokens > limit);
      if (answer === undefined) continue;
      const id = `example ${examples[index]?.id ?? index}`;
      return contextOverflow(id, context.length, answer, limit);
    }
  }
  return null;
}
