import type { Metric } from "./metric.ts";

/** One row of the user's data: what goes in and the answer that is known to be good. */
export interface Example {
  /** Unique within its data set: the row's own id, or its place in the file. */
  readonly id: string;
  /** Input variables by name, in the data's order. Most data sets have one, called `input`. */
  readonly inputs: Readonly<Record<string, string>>;
  /** The reference answer. Never empty. */
  readonly target: string;
  /** Other answers that are right too, written or chosen. */
  readonly accept?: readonly string[];
  /** Answers that are known to be worse: of preference data, or given as negatives. */
  readonly rejected?: readonly string[];
  /** The legal answers, where the set is closed. Holds `target`. */
  readonly options?: readonly string[];
}

/** An example shown inside a prompt, answer included. Never one that is being scored. */
export interface Demonstration {
  readonly id: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly target: string;
}

/** What a run's log holds of an example, so that reports can show it: never more than what was used. */
export type RecordedExample = Pick<Example, "id" | "inputs" | "target" | "accept" | "rejected">;

/** All answers that are right, each once, the target first. */
export function rightAnswers({
  target,
  accept = [],
}: Pick<Example, "target" | "accept">): readonly string[] {
  return [...new Set([target, ...accept])];
}

/** What the log holds of examples, in their order. */
export function recordedExamples(examples: readonly Example[]): readonly RecordedExample[] {
  return examples.map(({ id, inputs, target, accept, rejected }) => ({
    id,
    inputs,
    target,
    ...(accept === undefined ? {} : { accept }),
    ...(rejected === undefined ? {} : { rejected }),
  }));
}

/** A data set as it was read, with what its format says about reading answers. */
export interface Dataset {
  readonly examples: readonly Example[];
  /** Names that stand for input and answer in the data, for the field names of a plain layout. */
  readonly fieldNames: { readonly inputs: readonly string[]; readonly target: string };
  /** The metric that suits the format, where the format has one (GSM8K: `final-number`). */
  readonly metric?: Metric;
  /** Present where the data had more rows than were kept: how many, and what drew the sample. */
  readonly sampled?: { readonly fromRows: number; readonly seed: number };
  /** Present where rows said nothing that could be learned from: how many, and why. */
  readonly leftOut?: { readonly rows: number; readonly because: string };
}

/** The parts of the data, disjoint by construction. The optimizer is handed all but `test`. */
export interface DataSplit {
  /** Scored during the search. */
  readonly train: readonly Example[];
  /** May be shown in prompts; never scored. */
  readonly demonstrations: readonly Example[];
  /** A prompt that is better on `train` has to hold its own here; none by default. */
  readonly validation: readonly Example[];
  /** Opened once, by the verdict. */
  readonly test: readonly Example[];
}

/** Equal for two sets of input variables exactly when they hold the same, whatever their order. */
export function inputKey(inputs: Example["inputs"]): string {
  return JSON.stringify(Object.entries(inputs).sort(([a], [b]) => (a < b ? -1 : 1)));
}
