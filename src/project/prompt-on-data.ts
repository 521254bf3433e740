import type { Config } from "../config/config.ts";
import type { Candidate } from "../core/candidate.ts";
import type { Example } from "../core/example.ts";
import { EXACT, type Metric } from "../core/metric.ts";
import { closedAnswerSet } from "../datasets/closed-set.ts";
import { checkOptions, checkVariables, chooseLayout, readInstruction } from "./build-task.ts";
import type { ModelAccess } from "./open-model.ts";
import { readData } from "./read-data.ts";

/** A prompt and the examples to look at it with. */
export interface PromptOnData {
  /** Without demonstrations. */
  readonly candidate: Candidate;
  readonly examples: readonly Example[];
  /** What the configuration says, else what suits the data's format. */
  readonly metric: Metric;
  /** The closed set of answers, if there is one. */
  readonly options: readonly string[] | null;
}

/** Reads the prompt of a configuration and all its examples; one is enough. */
export async function readPromptOnData(config: Config, access: ModelAccess): Promise<PromptOnData> {
  const instruction = await readInstruction(config);
  const { dataset } = await readData(config.data.file, config, access, 1);
  const { examples, metric } = dataset;
  const layout = chooseLayout(config, instruction);
  checkVariables(instruction, layout, examples);
  checkOptions(config, examples);
  return {
    candidate: { instruction, layout, demonstrations: [] },
    examples,
    metric: config.metric ?? metric ?? EXACT,
    options: config.options ?? closedAnswerSet(examples),
  };
}
