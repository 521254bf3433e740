import type { Config } from "../config/config.ts";
import type { Grader, Metric } from "../core/metric.ts";
import type { LanguageModel } from "../core/model.ts";
import type { Objective } from "../core/objective.ts";
import type { TextModel } from "../core/text-model.ts";
import { objectiveNeeds } from "../objectives/objective.ts";
import type { OpenModels } from "./open-models.ts";

/** The name of the judge that a metric asks beside the scored model; null where there is none. */
export function judgeOf(metric: Metric): string | null {
  return metric.kind === "judge" ? metric.model : null;
}

/** As `judgeOf`, where training losses alone are asked for; null where no answer is graded for them. */
export function judgeInTraining(metric: Metric, objective: Objective): string | null {
  const isGraded = objective.kind === "accuracy" || objectiveNeeds(objective).negatives;
  return isGraded ? judgeOf(metric) : null;
}

/** Opens the judge of that name; null where there is none, or the scored model is the judge. */
export async function openJudge(
  name: string | null,
  config: Config,
  models: OpenModels,
): Promise<LanguageModel | TextModel | null> {
  return name === null || name === config.model ? null : models.openWriter(name);
}

/** The task with its answers graded by a judge of their own; null leaves them to the scored model. */
export function judgedBy<T extends { readonly grade: Grader }>(
  task: T,
  judge: LanguageModel | TextModel | null,
): T {
  const { grade } = task;
  return judge === null
    ? task
    : { ...task, grade: (answers, { call }) => grade(answers, { model: judge, call }) };
}
