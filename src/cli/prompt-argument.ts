import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { Config } from "../config/config.ts";
import { usageError } from "../core/errors.ts";
import { bestOfRun, type PromptSource } from "../project/prompt-on-task.ts";
import { namesRun } from "../store/run-id.ts";
import { checkLayoutUsed, taskConfig, type TaskFlags, withFlags } from "./task-config.ts";

/** What `[task] [prompt]` on the command line stand for. */
export interface PromptArguments {
  readonly config: Config;
  readonly source: PromptSource;
}

/**
 * The task, and its prompt: the start prompt, a file, or the best prompt of a run in the task's
 * folder. A run named alone is one of this folder, and brings its task.
 */
export async function readPromptArguments(
  task: string | undefined,
  prompt: string | undefined,
  flags: TaskFlags,
  folder: string,
): Promise<PromptArguments> {
  if (prompt === undefined) {
    return task !== undefined && !existsSync(resolve(folder, task)) && namesRun(folder, task)
      ? bestPrompt(folder, task, flags, folder)
      : { config: await taskConfig(task, flags, folder), source: { kind: "start" } };
  }
  const path = resolve(folder, prompt);
  const config = await taskConfig(task, flags, folder);
  if (!existsSync(path) && !/\.\w+$/.test(prompt)) {
    return bestPrompt(config.folder, prompt, flags, folder);
  }
  if (flags.prompt !== undefined || flags.promptText !== undefined) {
    throw usageError("OPTIONS_CONFLICT", "Two prompts are given: as an argument and as an option");
  }
  checkLayoutUsed(flags, [path]);
  return { config, source: { kind: "file", path } };
}

/** Flags that would give a run other examples, or another prompt, than it was made with. */
const SETTLED_BY_RUN = [
  ["data", "--data"],
  ["format", "--format"],
  ["inputField", "--input-field"],
  ["targetField", "--target-field"],
  ["prompt", "--prompt"],
  ["promptText", "--prompt-text"],
  ["layout", "--layout"],
  ["train", "--train"],
  ["seed", "--seed"],
] as const;

async function bestPrompt(
  projectFolder: string,
  run: string,
  flags: TaskFlags,
  folder: string,
): Promise<PromptArguments> {
  const settled = SETTLED_BY_RUN.find(([name]) => flags[name] !== undefined);
  if (settled !== undefined) {
    throw usageError(
      "OPTIONS_CONFLICT",
      `A run brings its own examples and prompt: leave out ${settled[1]}`,
    );
  }
  const found = await bestOfRun(projectFolder, run);
  return { config: withFlags(found.config, flags, folder), source: { kind: "run", found } };
}
