import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { Config } from "../config/config.ts";
import { usageError } from "../core/errors.ts";
import type { ExampleSource } from "../project/compare-ground.ts";
import { bestPromptFile } from "../store/run-folder.ts";
import { namesRun } from "../store/run-id.ts";
import { checkLayoutUsed, type TaskFlags, taskConfig } from "./task-config.ts";

/** Flags that say on which examples prompts are held against each other. */
export interface ComparedTaskFlags extends Omit<TaskFlags, "prompt" | "promptText"> {
  readonly task?: string;
  /** Examples at most. */
  readonly limit?: number;
}

/** Prompts with what to hold them against each other on. */
export interface ComparedTask {
  /** The prompts' files, in order. */
  readonly paths: readonly string[];
  readonly config: Config;
  readonly source: ExampleSource;
}

/**
 * A task file with its held-out examples, or all examples of a data file. A prompt that is no file,
 * but names a run of the task, is the best of that run.
 */
export async function comparedTask(
  prompts: readonly string[],
  { task, limit, ...flags }: ComparedTaskFlags,
  folder: string,
): Promise<ComparedTask> {
  if (task !== undefined && flags.data !== undefined) {
    throw usageError("OPTIONS_CONFLICT", "--task and --data exclude each other");
  }
  // A task file has a prompt of its own; without one, any text stands for it.
  const prompt = task === undefined && flags.data !== undefined ? { promptText: "-" } : {};
  const read = await taskConfig(task, { ...flags, ...prompt }, folder);
  const config =
    limit === undefined ? read : { ...read, data: { ...read.data, testExamples: limit } };
  const paths = prompts.map((prompt) => promptFile(prompt, folder, config.folder));
  checkLayoutUsed(flags, paths);
  return { paths, config, source: flags.data === undefined ? "held-out" : "all" };
}

function promptFile(prompt: string, folder: string, projectFolder: string): string {
  const path = resolve(folder, prompt);
  return existsSync(path) || !namesRun(projectFolder, prompt)
    ? path
    : bestPromptFile(projectFolder, prompt);
}
