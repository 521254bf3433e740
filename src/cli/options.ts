import { Argument, type Command, Option, type OptionValues } from "@commander-js/extra-typings";
import { OBJECTIVE_NAMES, type ObjectiveName } from "../config/objective-names.ts";
import type { Preset } from "../config/presets.ts";
import { MODEL_APIS, type ModelApiName } from "../core/endpoint.ts";
import type { AnswerMode, SearchSpace } from "../core/task.ts";
import {
  contextTokens,
  countingNumber,
  demonstrationRange,
  keyVariable,
  layoutName,
  wholeNumber,
} from "./flag-values.ts";

// Options that several commands share. Their types carry the flags, from which commander infers what
// an action is handed.

export function taskArgument(): Argument<"[task]"> {
  return new Argument("[task]", "a pmpo.yaml or its folder (default: this folder)");
}

export function taskOrRunArgument(): Argument<"[task]"> {
  return new Argument(
    "[task]",
    "a pmpo.yaml, its folder (default: this folder), or a run of this folder",
  );
}

export function promptArgument(): Argument<"[prompt]"> {
  return new Argument(
    "[prompt]",
    "a text file, a best.json, or a run of the task (default: the task's prompt)",
  );
}

export function runArgument(): Argument<"[run]", "latest"> {
  return new Argument("[run]", "id of the run, a beginning of it, or `latest`").default("latest");
}

export function jsonOption(): Option<"--json"> {
  return new Option("--json", "print one JSON document instead of text");
}

function dataOption(): Option<"--data <file>"> {
  return new Option(
    "--data <file>",
    "the examples: JSONL, JSON, CSV, TSV, YAML or Parquet, or hf:OWNER/NAME of the hub",
  );
}

function inputFieldOption(): Option<"--input-field <name>"> {
  return new Option("--input-field <name>", "the data's field with the input (default: input)");
}

function targetFieldOption(): Option<"--target-field <name>"> {
  return new Option("--target-field <name>", "the data's field with the answer (default: target)");
}

export function promptOption(): Option<"--prompt <file>"> {
  return new Option("--prompt <file>", "a text file with the prompt");
}

export function promptTextOption(): Option<"--prompt-text <text>"> {
  return new Option("--prompt-text <text>", "the prompt itself");
}

export function layoutOption(): Option<"--layout <name>", undefined, undefined, string> {
  return new Option(
    "--layout <name>",
    "where prompt and input stand: system, user, user-last, plain or plain(Review/Sentiment) (default: as the prompt's {{variables}} say, or system; where a layout is named they stay as text)",
  ).argParser(layoutName);
}

export function modelOption(): Option<"-m, --model <name>"> {
  return new Option(
    "-m, --model <name>",
    "a model of the catalogue, an hf: address, the path of a GGUF file, or a model at a server, URL#MODEL",
  );
}

export function endpointOption(): Option<"--endpoint <url>"> {
  return new Option("--endpoint <url>", "a server, http://HOST:PORT, or a model there, URL#MODEL");
}

export function keyOption(): Option<"--key <variable>", undefined, undefined, string> {
  return new Option(
    "--key <variable>",
    "name of the environment variable that holds its key",
  ).argParser(keyVariable);
}

export function keyEnvOption(): Option<"--key-env <variable>", undefined, undefined, string> {
  return new Option(
    "--key-env <variable>",
    "name of the environment variable that holds the key clients have to send",
  ).argParser(keyVariable);
}

export function apiOption(): Option<
  "--api <name>",
  undefined,
  undefined,
  undefined,
  false,
  ModelApiName
> {
  return new Option("--api <name>", "the server's interface (default: found out)").choices(
    MODEL_APIS,
  );
}

export function stepwiseOption(): Option<"--stepwise"> {
  return new Option(
    "--stepwise",
    "where a server can do no better, estimate answers by one request for each of their tokens",
  );
}

export function trialOption(): Option<"--trial"> {
  return new Option(
    "--trial",
    "score two examples at a model that is asked for each token, say what they took, and stop",
  );
}

function formatOption(): Option<"--format <name>"> {
  return new Option("--format <name>", "the data's format (default: by the file's ending)");
}

function threadsOption(): Option<"--threads <number>", undefined, undefined, number> {
  return new Option(
    "--threads <number>",
    "threads (default: one per physical core, or what was measured to be much faster)",
  ).argParser(countingNumber);
}

function gpuOption(): Option<
  "--gpu <mode>",
  undefined,
  undefined,
  undefined,
  false,
  "auto" | "off"
> {
  return new Option("--gpu <mode>", "use a GPU when a package for it is installed").choices([
    "auto",
    "off",
  ] as const);
}

function contextOption(): Option<"--context-tokens <number>", undefined, undefined, number> {
  return new Option("--context-tokens <number>", "size of the model's cache in tokens").argParser(
    contextTokens,
  );
}

export function projectOption(): Option<"--project <folder>", undefined, "."> {
  return new Option("--project <folder>", "the folder that holds .pmpo").default(
    ".",
    "this folder",
  );
}

export function answersOption(): Option<
  "--answers <mode>",
  undefined,
  undefined,
  undefined,
  false,
  "generated" | "chosen"
> {
  return new Option("--answers <mode>", "how answers are read").choices([
    "generated",
    "chosen",
  ] as const);
}

export function objectiveOption(): Option<
  "--objective <name>",
  undefined,
  undefined,
  undefined,
  false,
  ObjectiveName
> {
  return new Option(
    "--objective <name>",
    "what is minimised (default: what suits how answers are read); accuracy is for models without log-probabilities",
  ).choices(OBJECTIVE_NAMES);
}

function presetOption(): Option<
  "--preset <name>",
  undefined,
  undefined,
  undefined,
  false,
  "fast" | "paper"
> {
  return new Option(
    "--preset <name>",
    "ready-made settings: fast (default), or paper, the published algorithm",
  ).choices(["fast", "paper"] as const);
}

/** The flags of `withExamples`. */
export type ExampleFlags = {
  readonly data?: string;
  readonly format?: string;
  readonly inputField?: string;
  readonly targetField?: string;
};

/** Where the examples are and how they are read. */
export function withExamples<Args extends unknown[], Opts extends OptionValues>(
  command: Command<Args, Opts>,
): Command<Args, Opts & ExampleFlags> {
  return command
    .addOption(dataOption())
    .addOption(formatOption())
    .addOption(inputFieldOption())
    .addOption(targetFieldOption()) as unknown as Command<Args, Opts & ExampleFlags>;
}

/** The flags of `withEngine`. */
export type EngineFlags = {
  readonly threads?: number;
  readonly gpu?: "auto" | "off";
  readonly contextTokens?: number;
  readonly json?: true;
};

/** How the engine runs, and how the result is printed. */
export function withEngine<Args extends unknown[], Opts extends OptionValues>(
  command: Command<Args, Opts>,
): Command<Args, Opts & EngineFlags> {
  return command
    .addOption(threadsOption())
    .addOption(gpuOption())
    .addOption(contextOption())
    .addOption(jsonOption()) as unknown as Command<Args, Opts & EngineFlags>;
}

/** The flags of `withSearch`. */
export type SearchFlags = {
  readonly preset?: Preset;
  readonly model?: string;
  readonly stepwise?: true;
  readonly rewriter?: string;
  readonly prompt?: string;
  readonly promptText?: string;
  readonly layout?: string;
  readonly answers?: AnswerMode;
  readonly objective?: ObjectiveName;
  readonly demonstrations?: SearchSpace["demonstrations"];
  readonly maxIterations?: number;
  readonly train?: number;
  readonly seed?: number;
  readonly budgetTokens?: number;
  readonly budgetSeconds?: number;
};

/** What is searched, with which models, and how far. */
export function withSearch<Args extends unknown[], Opts extends OptionValues>(
  command: Command<Args, Opts>,
): Command<Args, Opts & SearchFlags> {
  return command
    .addOption(presetOption())
    .addOption(modelOption())
    .addOption(stepwiseOption())
    .option(
      "--rewriter <model>",
      "the model that proposes rewrites, which may be a service's, such as anthropic:MODEL (default: the model itself)",
    )
    .addOption(promptOption())
    .addOption(promptTextOption())
    .addOption(layoutOption())
    .addOption(answersOption())
    .addOption(objectiveOption())
    .option(
      "--demonstrations <range>",
      "examples that a prompt may show, such as 0..8 or 3 (default: 0..8)",
      demonstrationRange,
    )
    .option("--max-iterations <number>", "iterations of the search at most", wholeNumber)
    .option("--train <number>", "training examples at most", countingNumber)
    .option("--seed <number>", "seed of everything that is drawn", wholeNumber)
    .option(
      "--budget-tokens <number>",
      "begin no iteration after this many tokens of requests",
      countingNumber,
    )
    .option(
      "--budget-seconds <number>",
      "begin no iteration after this time",
      countingNumber,
    ) as unknown as Command<Args, Opts & SearchFlags>;
}
