import type { Config } from "../config/config.ts";
import type { LanguageModel } from "../core/model.ts";
import type { RunStarted } from "../core/run-event.ts";
import type { Task, TrainingTask } from "../core/task.ts";
import { type TextModel, writerOf } from "../core/text-model.ts";
import { type Search, searchPrompts } from "../optimizer/optimize.ts";
import { ALL_PROPOSERS, REWRITERS } from "../proposers/all.ts";

/** A configured search with the models that it asks. */
export interface TaskSearch extends Pick<Search, "evaluator" | "obstacle" | "recorder"> {
  readonly config: Pick<Config, "optimizer">;
  readonly task: Task;
  readonly model: LanguageModel | TextModel;
  /** May be the model itself. */
  readonly rewriter: LanguageModel | TextModel;
  readonly signal: AbortSignal | undefined;
}

/** Searches as a configuration says; rejects as `searchPrompts` does. */
export function searchTask(
  { config: { optimizer }, task, model, rewriter, signal, ...parts }: TaskSearch,
  started: RunStarted,
): Promise<void> {
  return searchPrompts(
    {
      ...parts,
      task: withoutTest(task),
      settings: optimizer,
      takesPlainText: writerOf(model).capabilities.plain,
      rewriter: writerOf(rewriter),
      proposers: optimizer.edits ? ALL_PROPOSERS : REWRITERS,
      ...(signal === undefined ? {} : { signal }),
    },
    started,
  );
}

/** What the search is handed: the test examples are not even in reach. */
export function withoutTest(task: Task): TrainingTask {
  const { train, demonstrations, validation } = task.data;
  return { ...task, data: { train, demonstrations, validation } };
}
