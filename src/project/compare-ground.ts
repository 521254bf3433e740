import type { Config } from "../config/config.ts";
import type { Candidate } from "../core/candidate.ts";
import { usageError } from "../core/errors.ts";
import { type Example, inputKey } from "../core/example.ts";
import { ACCURACY, CROSS_ENTROPY } from "../core/objective.ts";
import { createRandom } from "../core/random.ts";
import type { Task } from "../core/task.ts";
import { buildTask, checkVariables } from "./build-task.ts";
import { loadGrader } from "./load-metric.ts";
import { readPromptOnData } from "./prompt-on-data.ts";
import type { ModelAccess } from "./open-model.ts";
import { readCandidate } from "./read-candidate.ts";

/** Where examples come from: those that a task's search cannot see, or all of a file. */
export type ExampleSource = "held-out" | "all";

/** Prompts with the examples to hold them against each other on. */
export interface CompareGround {
  readonly candidates: readonly [Candidate, ...Candidate[]];
  /** None that one of the prompts shows. */
  readonly examples: readonly Example[];
  /** Examples left out because one of the prompts shows them. */
  readonly leftOut: number;
  readonly task: Pick<
    Task,
    "objective" | "options" | "metric" | "grade" | "overflow" | "length" | "answers"
  >;
  readonly seed: number;
}

/** Reads two prompts or more and their examples. */
export async function readCompareGround(
  paths: readonly string[],
  config: Config,
  source: ExampleSource,
  access: ModelAccess,
): Promise<CompareGround> {
  const [first, ...others] = await Promise.all(paths.map((path) => readCandidate(path, config)));
  if (first === undefined || others.length === 0) {
    throw usageError("COMPARE_TOO_FEW", "Two prompts or more are needed to compare them");
  }
  const candidates = [first, ...others] as const;
  const { examples: all, task } = await readExamples(config, source, access);
  candidates.forEach(({ instruction, layout }) => checkVariables(instruction, layout, all));
  const shown = new Set(
    candidates.flatMap(({ demonstrations }) =>
      demonstrations.map(({ inputs }) => inputKey(inputs)),
    ),
  );
  const examples = all.filter(({ inputs }) => !shown.has(inputKey(inputs)));
  if (examples.length === 0) {
    throw usageError(
      "COMPARE_NOTHING_LEFT",
      "Every example is shown by one of the prompts: none is left to compare them on",
      "Give more examples.",
    );
  }
  const leftOut = all.length - examples.length;
  return { candidates, examples, leftOut, task, seed: config.optimizer.seed };
}

async function readExamples(
  config: Config,
  source: ExampleSource,
  access: ModelAccess,
): Promise<Pick<CompareGround, "examples" | "task">> {
  if (source === "held-out") {
    const { task } = await buildTask(config, access);
    return { examples: task.data.test, task };
  }
  const { examples, options, metric, reading } = await readPromptOnData(config, access);
  const random = createRandom(config.optimizer.seed, "compare");
  return {
    examples: random.shuffle(examples).slice(0, config.data.testExamples),
    task: {
      objective: config.objective?.kind === "accuracy" ? ACCURACY : CROSS_ENTROPY,
      options,
      metric,
      grade: await loadGrader(metric),
      overflow: config.overflow,
      length: config.length,
      answers: reading.answers,
    },
  };
}
