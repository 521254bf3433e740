import type { Config } from "../config/config.ts";
import { type Example, rightAnswers } from "../core/example.ts";
import type { AnswerMode } from "../core/task.ts";

/** How a task's answers are read, and what the data name beside them. */
export interface AnswerReading {
  readonly answers: AnswerMode;
  /** Whether every example names answers that were rejected, and nothing names options. */
  readonly paired: boolean;
}

/** As the configuration says; else pairs are told apart, and other answers written. */
export function answerReading(
  config: Pick<Config, "answers" | "options" | "metric" | "objective">,
  examples: readonly Example[],
): AnswerReading {
  const { answers, options, metric, objective } = config;
  const paired =
    options === null &&
    examples.every((each) => each.options === undefined && (each.rejected ?? []).length > 0);
  const areGraded = metric !== null || objective?.kind === "accuracy";
  return { answers: answers ?? (paired && !areGraded ? "chosen" : "generated"), paired };
}

/** Pairs as choices between the answers that are right and those that were rejected; other examples as they are. */
export function pairsAsChoices(
  examples: readonly Example[],
  { answers, paired }: AnswerReading,
): readonly Example[] {
  if (!paired || answers !== "chosen") return examples;
  return examples.map((example) => {
    // Of equally likely answers the first is picked: it shall not be the right one.
    const options = [...new Set([...(example.rejected ?? []), ...rightAnswers(example)])];
    return { ...example, options };
  });
}
