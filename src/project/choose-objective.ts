import type { Config } from "../config/config.ts";
import { usageError } from "../core/errors.ts";
import type { Example } from "../core/example.ts";
import type { Metric } from "../core/metric.ts";
import { CROSS_ENTROPY, type Objective } from "../core/objective.ts";
import type { Task } from "../core/task.ts";
import { defaultObjective } from "../objectives/objective.ts";
import { finalAnswer } from "../scoring/reasonings.ts";

/** What is minimised: what the task file says, else what suits how answers are read. */
export function chooseObjective(
  config: Config,
  answers: Task["answers"],
  closed: boolean,
): { readonly objective: Objective; readonly reason: string } {
  const objective = writtenObjective(config);
  if (objective === null) return defaultObjective(answers, closed);
  if (objective.kind === "decision" && !closed) {
    throw usageError(
      "OBJECTIVE_NEEDS_OPTIONS",
      "The decision objective needs a closed set of answers for every training example",
      "List them under `options` in pmpo.yaml, or use the objective cross-entropy.",
    );
  }
  return { objective, reason: "the task file says so" };
}

/** The objective of the task file, with the seed of what is drawn for it; null where it says none. */
export function writtenObjective({ objective, optimizer }: Config): Objective | null {
  return objective?.kind === "answer-after-reasoning"
    ? { ...objective, seed: optimizer.seed }
    : objective;
}

/** By what the known answers alone are looked at, token by token: behind reasoning where a task has it. */
export function answerObjective(objective: Objective | null): Objective {
  return objective?.kind === "answer-after-reasoning" ? objective : CROSS_ENTROPY;
}

/** The examples as an objective scores them: behind reasoning of the model's own, the known answer is a result alone. */
export function asScored(
  examples: readonly Example[],
  objective: Config["objective"],
): readonly Example[] {
  if (objective?.kind !== "answer-after-reasoning") return examples;
  return examples.map((example) => ({
    ...example,
    target: finalAnswer(example.target, objective.cue),
  }));
}

/** Metrics that hold the whole text against the known answer: with reasoning in it, nothing would be right. */
const WHOLE_TEXT_METRICS: readonly Metric["kind"][] = ["exact", "f1", "rouge-l"];

/** Refuses a metric that cannot find the answer behind reasoning. */
export function checkMetric(
  objective: Objective,
  { metric, answers }: Pick<Task, "metric" | "answers">,
): void {
  if (objective.kind !== "answer-after-reasoning" || answers === "chosen") return;
  if (!WHOLE_TEXT_METRICS.includes(metric.kind)) return;
  throw usageError(
    "METRIC_NEEDS_BARE_ANSWER",
    `The metric ${metric.kind} compares the whole text with the known answer, but with the objective answer-after-reasoning the text holds reasoning too`,
    "Set `metric` in pmpo.yaml to one that finds the answer in the text: final-number, letter, contains, judge, or { regex: 'answer is (.+)' }.",
  );
}
