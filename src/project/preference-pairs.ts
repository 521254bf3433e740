import type { Config } from "../config/config.ts";
import type { Example } from "../core/example.ts";
import type { AnswerMode } from "../core/task.ts";

/** Whether every example names answers that were rejected, and no options. */
export function arePairs(examples: readonly Example[]): boolean {
  return examples.every(
    ({ options, rejected = [] }) => options === undefined && rejected.length > 0,
  );
}

type AnswerSettings = Pick<Config, "answers" | "options" | "metric" | "objective">;

/** How answers are read: as the configuration says; else pairs are told apart, and other answers written. */
export function answerMode(
  { answers, options, metric, objective }: AnswerSettings,
  examples: readonly Example[],
): AnswerMode {
  if (answers !== null) return answers;
  const areGraded = metric !== null || objective?.kind === "accuracy";
  return options === null && !areGraded && arePairs(examples) ? "chosen" : "generated";
}

/** Pairs as choices between the answers that are right and those that were rejected; other examples as they are. */
export function pairsAsChoices(examples: readonly Example[]): readonly Example[] {
  if (!arePairs(examples)) return examples;
  return examples.map((example) => {
    const { target, accept = [], rejected = [] } = example;
    // Of equally likely answers the first is picked: it shall not be the right one.
    return { ...example, options: [...new Set([...rejected, target, ...accept])] };
  });
}
