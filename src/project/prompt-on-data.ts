import type { Config } from "../config/config.ts";
import type { Candidate } from "../core/candidate.ts";
import { usageError } from "../core/errors.ts";
import { type Example, inputKey } from "../core/example.ts";
import { EXACT, type Metric } from "../core/metric.ts";
import { closedAnswerSet } from "../datasets/closed-set.ts";
import { checkOptions, checkVariables, chooseLayout, readInstruction } from "./build-task.ts";
import { asScored } from "./choose-objective.ts";
import type { ModelAccess } from "./open-model.ts";
import { readCandidate } from "./read-candidate.ts";
import { type AnswerReading, answerReading, pairsAsChoices } from "./preference-pairs.ts";
import { readData } from "./read-data.ts";

/** A prompt and the examples to look at it with. */
export interface PromptOnData {
  /** Shows what it shows where it is a whole prompt, as in best.json. */
  readonly candidate: Candidate;
  /** Without those that the prompt shows. */
  readonly examples: readonly Example[];
  readonly reading: AnswerReading;
  /** What the configuration says, else what suits the data's format. */
  readonly metric: Metric;
  /** The closed set of answers, if there is one. */
  readonly options: readonly string[] | null;
}

/** Reads the prompt of a configuration and all its examples; one is enough. */
export async function readPromptOnData(config: Config, access: ModelAccess): Promise<PromptOnData> {
  const { file } = config.data;
  const candidate = await readPrompt(config);
  const { dataset } = await readData(file, config, access, 1);
  const { examples: all, metric } = dataset;
  checkVariables(candidate.instruction, candidate.layout, all);
  const shown = new Set(candidate.demonstrations.map(({ inputs }) => inputKey(inputs)));
  const unseen = all.filter(({ inputs }) => !shown.has(inputKey(inputs)));
  const reading = answerReading(config, unseen);
  const examples = pairsAsChoices(asScored(unseen, config.objective), reading);
  if (examples.length === 0) {
    throw usageError(
      "PROMPT_SHOWS_ALL",
      `The prompt shows every example of ${file}: none is left to score it on`,
      "Give more examples.",
    );
  }
  checkOptions(config, examples);
  return {
    candidate,
    examples,
    reading,
    metric: config.metric ?? metric ?? EXACT,
    options: config.options ?? closedAnswerSet(examples),
  };
}

async function readPrompt(config: Config): Promise<Candidate> {
  const file = config.prompt.instructionFile;
  if (file?.endsWith(".json") === true) return readCandidate(file, config);
  const instruction = await readInstruction(config);
  return { instruction, layout: chooseLayout(config, instruction), demonstrations: [] };
}
