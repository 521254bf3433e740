import type { Example } from "./example.ts";
import type { CallOptions, LanguageModel } from "./model.ts";
import type { TextModel } from "./text-model.ts";

/** How a generated answer is compared with the known good ones. All give a score from 0 to 1. */
export type Metric = BuiltInMetric | ModuleMetric | JudgeMetric;

/** How the answers of a run are graded. */
export interface Grading {
  /** As people call the metric. */
  readonly name: string;
  /** Equal where the same answers get the same grades. */
  readonly key: string;
}

/** A model says whether answer and reference say the same, asked with the two in both orders. */
export interface JudgeMetric {
  readonly kind: "judge";
  /** A model's name as the configuration has it; null: the model that answers. */
  readonly model: string | null;
  /** What the judge is asked about two answers, to be said Yes or No to; null: whether they say the same. */
  readonly question: string | null;
}

/** A function of the user's own, from a module. */
interface ModuleMetric {
  readonly kind: "module";
  /** Absolute. */
  readonly path: string;
  readonly exportName: string;
}

export type BuiltInMetric =
  /** Equal texts; unless `normalise` is off, case, blanks, outer quotation marks and a final full stop do not count. */
  | { readonly kind: "exact"; readonly normalise: boolean }
  /** Equal numbers: the one behind the last `####`, or else the last of the text. */
  | { readonly kind: "final-number"; readonly tolerance: number }
  /** Equal letters of a multiple choice: "B", "(B)", "B) …", "Answer: B", "the answer is B". */
  | { readonly kind: "letter" }
  /** The answer holds the reference somewhere, in any case. */
  | { readonly kind: "contains" }
  /** What the pattern finds in the answer (its first group, if it has one) is what it finds in the reference, or the reference itself. */
  | { readonly kind: "regex"; readonly pattern: string; readonly flags: string }
  /** A field of the JSON in the answer says the same as the reference's field, or as the reference itself; dots lead into nested fields. */
  | { readonly kind: "json-field"; readonly field: string }
  /** Overlap of words with the reference: F1 of single words, or of the longest common subsequence. */
  | { readonly kind: "f1" | "rouge-l" };

/** An answer to grade. */
export interface GivenAnswer {
  readonly example: Example;
  readonly answer: string;
}

/** What a grade may be asked of, where a metric asks a model at all. */
export interface GradingModel {
  readonly model: LanguageModel | TextModel;
  readonly call: CallOptions;
}

export interface Grade {
  /** From 0 (wrong) to 1 (right). */
  readonly score: number;
  /** Whether the answer counts as right where it has to be one or the other. */
  readonly isRight: boolean;
  /** Whether a judge said the same with the texts in either order; absent where none was asked. */
  readonly ordersAgree?: boolean;
}

/** Grades answers, one grade each, in order. */
export type Grader = (
  answers: readonly GivenAnswer[],
  by: GradingModel,
) => Promise<readonly Grade[]>;

/** Stands before the result of a worked solution, as in GSM8K. */
export const RESULT_MARK = "####";

export const EXACT: BuiltInMetric = { kind: "exact", normalise: true };
export const FINAL_NUMBER: BuiltInMetric = { kind: "final-number", tolerance: 0 };
export const JUDGE: JudgeMetric = { kind: "judge", model: null, question: null };
