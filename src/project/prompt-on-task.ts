import type { Config } from "../config/config.ts";
import type { Candidate } from "../core/candidate.ts";
import { usageError } from "../core/errors.ts";
import { type Example, inputKey } from "../core/example.ts";
import { foldRun, incumbentOf } from "../core/run-state.ts";
import type { Task } from "../core/task.ts";
import { readRun, runUnfinished } from "../store/run-folder.ts";
import { buildTask, checkVariables } from "./build-task.ts";
import { checkSameData, checkSameMetric } from "./check-same.ts";
import { movedTo, type RunInputs } from "./moved-run.ts";
import type { ModelAccess } from "./open-model.ts";
import { readCandidate } from "./read-candidate.ts";

/** The best prompt of a run, with what the run was started with. */
export interface FoundPrompt extends RunInputs {
  readonly candidate: Candidate;
}

/** Where a prompt to work on comes from. */
export type PromptSource =
  | { readonly kind: "start" }
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "run"; readonly found: FoundPrompt };

/** A prompt, and the task that it is for. */
export interface PromptOnTask {
  /** Without the examples that the prompt shows. */
  readonly task: Task;
  readonly candidate: Candidate;
  /** Training and test examples left out because the prompt shows them. */
  readonly leftOut: number;
}

/** The best prompt of a run whose search has ended. */
export async function bestOfRun(projectFolder: string, idOrPrefix: string): Promise<FoundPrompt> {
  const run = await readRun(projectFolder, idOrPrefix);
  const state = foldRun(run.events);
  if (state.stopReason === null) throw runUnfinished(run.id);
  return { ...movedTo(projectFolder, run.manifest), candidate: incumbentOf(state).candidate };
}

/** Reads a configuration's task, and the prompt from where it comes. A run's task is divided as it was for the run. */
export async function readPromptOnTask(
  config: Config,
  source: PromptSource,
  access: ModelAccess,
): Promise<PromptOnTask> {
  const built = await buildTask(config, access);
  if (source.kind === "run") {
    checkSameData(source.found.dataHashes, built.dataHashes);
    checkSameMetric(source.found, built);
  }
  const { task } = built;
  const candidate = await candidateFrom(source, config, task);
  checkVariables(candidate.instruction, candidate.layout, task.data.train);
  const shown = new Set(candidate.demonstrations.map(({ inputs }) => inputKey(inputs)));
  const unseen = (examples: readonly Example[]): readonly Example[] =>
    examples.filter(({ inputs }) => !shown.has(inputKey(inputs)));
  const data = {
    train: unseen(task.data.train),
    demonstrations: unseen(task.data.demonstrations),
    // Nothing is accepted step by step here.
    validation: [],
    test: unseen(task.data.test),
  };
  if (data.train.length === 0 || data.test.length === 0) {
    throw usageError(
      "PROMPT_SHOWS_ALL",
      `The prompt shows every ${data.train.length === 0 ? "training" : "test"} example: none is left to score it on`,
      "Give more examples, or a prompt that shows fewer.",
    );
  }
  const scored = ({ train, test }: Task["data"]): number => train.length + test.length;
  // Losses stay those of the answers: whoever tries prompts says what they cost beside them.
  const length = { ...task.length, penalty: 0 };
  return { task: { ...task, data, length }, candidate, leftOut: scored(task.data) - scored(data) };
}

function candidateFrom(source: PromptSource, config: Config, task: Task): Promise<Candidate> {
  switch (source.kind) {
    case "start":
      return Promise.resolve(task.start);
    case "file":
      return readCandidate(source.path, config);
    case "run":
      return Promise.resolve(source.found.candidate);
  }
}
