import type { Config } from "../config/config.ts";
import { usageError } from "../core/errors.ts";
import type { ExampleSource } from "../project/compare-ground.ts";
import { checkLayoutUsed, type TaskFlags, taskConfig } from "./task-config.ts";

/** Flags that say on which examples prompts are held against each other. */
export interface ComparedTaskFlags extends Omit<TaskFlags, "prompt" | "promptText"> {
  readonly task?: string;
  /** Examples at most. */
  readonly limit?: number;
}

/** A task file with its held-out examples, or all examples of a data file. */
export async function comparedTask(
  prompts: readonly string[],
  { task, limit, ...flags }: ComparedTaskFlags,
  folder: string,
): Promise<{ readonly config: Config; readonly source: ExampleSource }> {
  if (task !== undefined && flags.data !== undefined) {
    throw usageError("OPTIONS_CONFLICT", "--task and --data exclude each other");
  }
  checkLayoutUsed(flags, prompts);
  // A task file has a prompt of its own; without one, any text stands for it.
  const prompt = task === undefined && flags.data !== undefined ? { promptText: "-" } : {};
  const read = await taskConfig(task, { ...flags, ...prompt }, folder);
  const config =
    limit === undefined ? read : { ...read, data: { ...read.data, testExamples: limit } };
  return { config, source: flags.data === undefined ? "held-out" : "all" };
}
