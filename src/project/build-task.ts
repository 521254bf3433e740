import { readFile } from "node:fs/promises";
import type { Config, DataConfig } from "../config/config.ts";
import { type Candidate, type Layout, templateVariables } from "../core/candidate.ts";
import { dataError, messageOf, usageError } from "../core/errors.ts";
import { type DataSplit, type Example, rightAnswers } from "../core/example.ts";
import { EXACT } from "../core/metric.ts";
import type { Task } from "../core/task.ts";
import { closedAnswerSet } from "../datasets/closed-set.ts";
import { contradictions } from "../core/contradictions.ts";
import { splitExamples, splitWithTestSet } from "../datasets/split.ts";
import type { DataHash } from "../store/manifest.ts";
import { asScored, checkMetric, chooseObjective } from "./choose-objective.ts";
import { loadGrader, metricSha256 } from "./load-metric.ts";
import type { ModelAccess } from "./open-model.ts";
import { type AnswerReading, answerReading, pairsAsChoices } from "./preference-pairs.ts";
import { dataHash, type ReadData, readData } from "./read-data.ts";

/** A task with what a run's manifest records about where it came from. */
export interface BuiltTask {
  readonly task: Task;
  readonly objectiveReason: string;
  readonly dataHashes: readonly DataHash[];
  /** Of the module that grades answers; null where none does. */
  readonly metricSha256: string | null;
  /** As the configuration says, with addresses of the hub that name their revision. */
  readonly data: DataConfig;
  /** Examples with equal inputs and different answers, of the test file too. */
  readonly contradictions: readonly (readonly Example[])[];
}

/** Reads prompt and data of a configuration and decides everything that it left open. */
export async function buildTask(config: Config, access: ModelAccess): Promise<BuiltTask> {
  const instruction = await readInstruction(config);
  const sets = await readSets(config, access);
  const training = sets.training.dataset;
  const { split, reading } = divide(config, sets);
  const layout = chooseLayout(config, instruction);
  checkVariables(instruction, layout, training.examples);
  const options =
    config.options ??
    // Demonstrations keep their worked solutions, of which only the results are answers.
    closedAnswerSet([...split.train, ...asScored(split.demonstrations, config.objective)]);
  checkOptions(config, [...split.train, ...split.validation, ...split.test]);
  const closed =
    split.train.every((example) => hasOption(example, options)) &&
    // Validation and verdict need options too; a rare answer may be one more of them there.
    [...split.validation, ...split.test].every((example) => mayChoose(example, options));
  const { answers } = reading;
  const { objective, reason } = chooseObjective(config, { ...reading, closed });
  checkDemonstrations(config, split);
  const start: Candidate = {
    instruction,
    layout,
    demonstrations: split.demonstrations
      .slice(0, config.search.demonstrations.minimum)
      .map(({ id, inputs, target }) => ({ id, inputs, target })),
  };
  const metric = config.metric ?? training.metric ?? EXACT;
  checkMetric(objective, { metric, answers });
  const task: Task = {
    name: config.name,
    description: config.description === "" ? instruction : config.description,
    start,
    data: split,
    fieldNames: training.fieldNames,
    objective,
    answers,
    metric,
    grade: await loadGrader(metric),
    options,
    search: config.search,
    overflow: config.overflow,
    length: config.length,
  };
  return {
    task,
    objectiveReason: reason,
    dataHashes: await hashes(sets),
    metricSha256: await metricSha256(metric),
    data: {
      ...config.data,
      file: sets.training.files.name,
      test: sets.test?.files.name ?? null,
    },
    contradictions: contradictions([...training.examples, ...(sets.test?.dataset.examples ?? [])]),
  };
}

/** As many examples as every prompt has to show must have been set aside. */
function checkDemonstrations({ search, data }: Config, { demonstrations }: DataSplit): void {
  const { minimum } = search.demonstrations;
  if (minimum <= demonstrations.length) return;
  throw usageError(
    "DEMONSTRATIONS_TOO_FEW",
    `search.demonstrations asks for ${minimum} in every prompt, but ${demonstrations.length} examples of ${data.file} could be set aside for it`,
    "Ask for fewer, give more examples, or raise data.demonstrations.",
  );
}

interface DataSets {
  readonly training: ReadData;
  readonly test: ReadData | null;
}

async function readSets(config: Config, access: ModelAccess): Promise<DataSets> {
  const { file, test } = config.data;
  return {
    training: await readData(file, config, access, 2),
    test: test === null ? null : await readData(test, config, access, 1),
  };
}

/**
 * The parts of the data, and how their answers are read. Demonstrations keep whole solutions: they
 * may show how to reason.
 */
function divide(
  config: Config,
  sets: DataSets,
): { readonly split: DataSplit; readonly reading: AnswerReading } {
  const { train, validation, test, demonstrations } = divideRows(config, sets);
  const reading = answerReading(config, [...train, ...validation, ...test]);
  const prepared = (examples: readonly Example[]): readonly Example[] =>
    pairsAsChoices(asScored(examples, config.objective), reading);
  const split = {
    train: prepared(train),
    validation: prepared(validation),
    test: prepared(test),
    demonstrations,
  };
  return { split, reading };
}

function divideRows(config: Config, { training, test }: DataSets): DataSplit {
  const sizes = {
    train: config.data.train,
    demonstrations: config.data.demonstrations,
    validation: config.data.validation,
    test: config.data.testExamples,
    seed: config.optimizer.seed,
  };
  return test === null
    ? splitExamples(training.dataset.examples, sizes)
    : splitWithTestSet(training.dataset.examples, test.dataset.examples, sizes).split;
}

/** The start prompt's text, without the line break that editors put at the end of a file. */
export async function readInstruction({ prompt }: Config): Promise<string> {
  if (prompt.instructionFile === null) return prompt.instruction ?? "";
  const file = prompt.instructionFile;
  if (file.endsWith(".json")) {
    throw usageError(
      "PROMPT_IS_WHOLE",
      `${file}: this command takes the text of an instruction, not a whole prompt`,
      "Give the instruction alone, such as best.txt of a run. `pmpo demos TASK best.json` takes whole prompts.",
    );
  }
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    const isMissing = error instanceof Error && "code" in error && error.code === "ENOENT";
    throw usageError(
      isMissing ? "PROMPT_MISSING" : "PROMPT_UNREADABLE",
      isMissing
        ? `${file}: no such file`
        : `${file}: the prompt cannot be read (${messageOf(error)})`,
    );
  });
  if (text.trim() === "") {
    throw usageError("PROMPT_EMPTY", `${file}: the prompt is empty`);
  }
  return text.replace(/\r\n/g, "\n").replace(/\n+$/, "");
}

/** What the user pinned; else the prompt's own variables; else the instruction as system message. */
export function chooseLayout({ prompt }: Config, instruction: string): Layout {
  if (prompt.messages !== null) return { kind: "messages", messages: prompt.messages };
  if (prompt.layout !== null) return prompt.layout;
  return templateVariables(instruction).length > 0 ? { kind: "template" } : { kind: "system" };
}

/** Every variable that the prompt names has to be in the data, and the input has to be somewhere. */
export function checkVariables(
  instruction: string,
  layout: Layout,
  examples: readonly Example[],
): void {
  const known = Object.keys(examples[0]?.inputs ?? {});
  if (layout.kind === "messages" && known.includes("instruction")) {
    throw usageError(
      "PROMPT_VARIABLE_AMBIGUOUS",
      "{{instruction}} in the messages is the prompt, but the data has a field of that name too",
      "Give the field another name: data.fields.inputs: { its_new_name: instruction }.",
    );
  }
  const text =
    layout.kind === "messages"
      ? layout.messages.map(({ content }) => content).join("\n")
      : instruction;
  const used = [
    ...templateVariables(text),
    ...(layout.kind === "messages" ? templateVariables(instruction) : []),
  ].filter((name) => name !== "instruction");
  const fixesLayout = layout.kind === "messages" || layout.kind === "template";
  const unknown = fixesLayout ? used.find((name) => !known.includes(name)) : undefined;
  if (unknown !== undefined) {
    throw usageError(
      "PROMPT_VARIABLE_UNKNOWN",
      `The prompt names {{${unknown}}}, but the data has ${known.map((name) => `{{${name}}}`).join(", ")}`,
      "Rename the variable, or map the data's column to it under data.fields.inputs.",
    );
  }
  if (fixesLayout && used.length === 0) {
    throw usageError(
      "PROMPT_VARIABLE_MISSING",
      `The prompt's messages hold no variable of the data, so the model would never see the input`,
      `Put ${known.map((name) => `{{${name}}}`).join(" or ")} where the input belongs.`,
    );
  }
}

/** Whether the example's answer is one of several known options, of which some are wrong. */
export function hasOption(example: Example, shared: readonly string[] | null): boolean {
  const options = example.options ?? shared;
  return options?.includes(example.target) === true && mayChoose(example, options);
}

/** Whether there are options of which some are wrong. */
function mayChoose(example: Example, shared: readonly string[] | null): boolean {
  const right = rightAnswers(example);
  return (example.options ?? shared ?? []).some((option) => !right.includes(option));
}

/** Every answer has to be among the options that the task file lists. */
export function checkOptions({ options, data }: Config, examples: readonly Example[]): void {
  if (options === null) return;
  const stray = examples.find(({ target }) => !options.includes(target));
  if (stray === undefined) return;
  throw dataError(
    "DATA_TARGET_NOT_AN_OPTION",
    `${data.file}: the answer "${stray.target}" of example ${stray.id} is not among the options ${options.join(", ")}`,
    "Correct the row, or add the answer to `options` in pmpo.yaml.",
  );
}

async function hashes({ training, test }: DataSets): Promise<readonly DataHash[]> {
  const first = await dataHash(training);
  return test === null ? [first] : [first, await dataHash(test)];
}
