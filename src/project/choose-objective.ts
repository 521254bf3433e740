import type { Config } from "../config/config.ts";
import { usageError } from "../core/errors.ts";
import type { Example } from "../core/example.ts";
import type { Metric } from "../core/metric.ts";
import { CROSS_ENTROPY, type LikelihoodObjective, type Objective } from "../core/objective.ts";
import type { Task } from "../core/task.ts";
import {
  defaultObjective,
  type KnownAnswers,
  publishedObjective,
} from "../objectives/objective.ts";
import { finalAnswer } from "../scoring/reasonings.ts";

/** What is minimised: what the task file says, else what suits how answers are read. */
export function chooseObjective(
  config: Config,
  known: KnownAnswers,
): { readonly objective: Objective; readonly reason: string } {
  const objective = writtenObjective(config);
  const { answers, closed } = known;
  if (objective === null) {
    return config.preset === "paper" ? publishedObjective(known) : defaultObjective(known);
  }
  if (objective.kind === "decision" && !closed) {
    throw usageError(
      "OBJECTIVE_NEEDS_OPTIONS",
      "The decision objective needs a closed set of answers for every example, with a wrong one among them",
      "List them under `options` in pmpo.yaml, or use the objective cross-entropy.",
    );
  }
  if (objective.kind === "accuracy") checkAccuracy(config, answers);
  return { objective, reason: "named by you" };
}

/** Refuses what makes no sense where answers are written and graded. */
function checkAccuracy({ length }: Config, answers: Task["answers"]): void {
  if (answers === "chosen") {
    throw usageError(
      "ACCURACY_NEEDS_WRITTEN_ANSWERS",
      "The objective accuracy grades answers that the model writes, but your program chooses among options by likelihood (answers: chosen)",
      "Use the objective decision, or set answers: generated.",
    );
  }
  if (length.penalty > 0) {
    throw usageError(
      "ACCURACY_HAS_NO_NATS",
      "length.penalty is in nats a token, and the objective accuracy has no nats",
      "Leave it out, or use length.maximumTokens.",
    );
  }
}

/** The objective of work that goes by likelihoods alone; `work` names it, `instead` says what else there is. */
export function likelihoodObjective(
  objective: Objective,
  work: string,
  instead = "Name another objective in pmpo.yaml, and a model that scores. `pmpo compare` holds prompts against each other by written answers.",
): LikelihoodObjective {
  if (objective.kind !== "accuracy") return objective;
  throw usageError(
    "OBJECTIVE_WITHOUT_LIKELIHOODS",
    `${work}: this goes by how likely known answers are, which the objective accuracy does not look at`,
    instead,
  );
}

/** The objective of the task file, with the seed of what is drawn for it; null where it says none. */
export function writtenObjective({ objective, optimizer }: Config): Objective | null {
  return objective?.kind === "answer-after-reasoning"
    ? { ...objective, seed: optimizer.seed }
    : objective;
}

/** By what the known answers alone are looked at, token by token: behind reasoning where a task has it. */
export function answerObjective(objective: Objective | null): LikelihoodObjective {
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
