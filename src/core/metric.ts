import type { Example } from "./example.ts";

/** How a generated answer is compared with the known good ones. All give a score from 0 to 1. */
export type Metric = BuiltInMetric | ModuleMetric;

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
  /** Equal letters of a multiple choice: "B", "(B)", "B) …", "the answer is B". */
  | { readonly kind: "letter" }
  /** The answer holds the reference somewhere, in any case. */
  | { readonly kind: "contains" }
  /** What the pattern finds in the answer (its first group, if it has one) is the reference. */
  | { readonly kind: "regex"; readonly pattern: string; readonly flags: string }
  /** A field of the JSON in the answer is the reference; dots lead into nested fields. */
  | { readonly kind: "json-field"; readonly field: string }
  /** Overlap of words with the reference: F1 of single words, or of the longest common subsequence. */
  | { readonly kind: "f1" | "rouge-l" };

/** Scores an answer from 0 (wrong) to 1 (right). */
export type Grader = (example: Example, answer: string) => number | Promise<number>;

export const EXACT: BuiltInMetric = { kind: "exact", normalise: true };
export const FINAL_NUMBER: BuiltInMetric = { kind: "final-number", tolerance: 0 };
