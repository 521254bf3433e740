import type { Layout, Message } from "../core/candidate.ts";
import type { DataFormat } from "../core/data-format.ts";
import type { Endpoints } from "../core/endpoint-settings.ts";
import type { Metric } from "../core/metric.ts";
import type { AfterReasoningObjective, Objective } from "../core/objective.ts";
import type { Prices } from "../core/prices.ts";
import type {
  AnswerMode,
  Overflow,
  PromptLength,
  SearchSettings,
  SearchSpace,
} from "../core/task.ts";
import type { Preset } from "./presets.ts";

/** Below this no question with an answer fits, nor the check that an engine makes of itself. */
export const MINIMUM_CONTEXT_TOKENS = 64;

/** The start prompt. Exactly one of instruction, instructionFile and messages alone is given, or messages beside one of the others. */
export interface PromptConfig {
  /** The text itself. */
  readonly instruction: string | null;
  /** Absolute path of the file that holds the text. */
  readonly instructionFile: string | null;
  /** A conversation of the user's own, with `{{instruction}}` and input variables in it. */
  readonly messages: readonly Message[] | null;
  /** Null: decided by the prompt (its variables) or by the default. */
  readonly layout: Layout | null;
}

/**
 * Which fields of the data are what, each a column, a template over columns or a JSON path; what is
 * left out has its usual name.
 */
export interface DataFields {
  /** Fields, or fields by the name of the variable that stands for them in a prompt. */
  readonly inputs?: readonly string[] | Readonly<Record<string, string>> | undefined;
  readonly target?: string | undefined;
  readonly id?: string | undefined;
  readonly options?: string | undefined;
  readonly accept?: string | undefined;
  readonly rejected?: string | undefined;
}

/** Where the examples lie and how they are divided. */
export interface DataConfig {
  /** Absolute path of the examples, or an `hf:` address. */
  readonly file: string;
  /** The same of a test set of its own; null: the test examples come from `file` too. */
  readonly test: string | null;
  /** Null: by the file's ending. */
  readonly format: DataFormat | null;
  /** Null: the fields have their usual names. */
  readonly fields: DataFields | null;
  /** Of more rows, a uniform sample of this many is kept, drawn by the seed. */
  readonly sample: number;
  /** Training examples, at most. */
  readonly train: number;
  /** Examples set aside to be shown in prompts, at most. */
  readonly demonstrations: number;
  /** Examples on which a prompt that is better in training has to hold its own, at most. */
  readonly validation: number;
  /** Test examples that the verdict answers, at most. */
  readonly testExamples: number;
}

/** An objective as it is written: what is drawn for it is drawn by `optimizer.seed`. */
export type WrittenObjective =
  | Exclude<Objective, AfterReasoningObjective>
  | Omit<AfterReasoningObjective, "seed">;

/** A task file, checked, with every default filled in and every path absolute. */
export interface Config {
  /** Absolute path of the task file; null where the settings came from elsewhere. */
  readonly path: string | null;
  /** The absolute folder that relative paths were resolved against. */
  readonly folder: string;
  /** Whose settings lie under the written ones. */
  readonly preset: Preset;
  /** By default the folder's name. */
  readonly name: string;
  /** What the prompt is for; empty where nothing was said. */
  readonly description: string;
  /** The model to find a prompt for: a catalogue name, an `hf:` address, an absolute path or the address of a server. */
  readonly model: string;
  /** The model that proposes rewrites; by default `model`. */
  readonly rewriter: string;
  /** How the servers of models are spoken to, by the models' addresses. */
  readonly endpoints: Endpoints;
  /** Null: as many as the machine has physical cores. */
  readonly threads: number | null;
  readonly gpu: "auto" | "off";
  /** Null: decided from the model and the data. */
  readonly contextTokens: number | null;
  /** What happens to an example that does not fit the context. */
  readonly overflow: Overflow;
  readonly prompt: PromptConfig;
  readonly data: DataConfig;
  /** Null: decided from the data. */
  readonly answers: AnswerMode | null;
  /** The closed set of answers of the whole task; null: as the data say. */
  readonly options: readonly string[] | null;
  /** Null: the one that suits the data's format. */
  readonly metric: Metric | null;
  /** Null: the one that suits how answers are read. */
  readonly objective: WrittenObjective | null;
  readonly length: PromptLength;
  readonly search: SearchSpace;
  readonly optimizer: SearchSettings;
  /** What models and machine cost; null: nothing is known of it. */
  readonly prices: Prices | null;
}

/** A task file as it was written: paths relative, and without what follows from its place. */
export type WrittenConfig = Omit<Config, "path" | "folder" | "name" | "rewriter"> & {
  readonly name: string | null;
  readonly rewriter: string | null;
};
