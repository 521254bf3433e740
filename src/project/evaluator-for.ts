import type { Example } from "../core/example.ts";
import type { LanguageModel } from "../core/model.ts";
import type { TrainingTask } from "../core/task.ts";
import { canScore, type TextModel } from "../core/text-model.ts";
import { accuracyEvaluator } from "../evaluation/accuracy-evaluator.ts";
import { answerLimits } from "../evaluation/answer.ts";
import type { Evaluator } from "../evaluation/evaluator.ts";
import { likelihoodEvaluator } from "../evaluation/likelihood-evaluator.ts";
import { onlyWrites } from "./open-endpoint.ts";

/** What an evaluator has to know of a task. */
type EvaluatedTask = Pick<TrainingTask, "objective" | "options" | "grade" | "overflow" | "length">;

/** Measures candidates as the task's objective has it; known answers tell how long answers may get. */
export async function evaluatorFor(
  model: LanguageModel | TextModel,
  { objective, ...task }: EvaluatedTask,
  known: readonly Example[],
): Promise<Evaluator> {
  const limits = await answerLimits(model, known, objective);
  if (objective.kind === "accuracy") return accuracyEvaluator(model, task, limits);
  if (!canScore(model)) throw onlyWrites(model.identity.name);
  return likelihoodEvaluator(model, { ...task, objective }, limits);
}
