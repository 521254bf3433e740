import { dataError } from "../core/errors.ts";
import type { Dataset, Example } from "../core/example.ts";
import { didYouMean } from "../core/nearest-name.ts";
import { rowError, type RowPlace } from "./row.ts";

/** What one row says, before the examples are compared with one another. */
export interface ReadExample {
  readonly row: RowPlace;
  readonly example: Example;
}

/** Throws where the examples of one data set are too few, or two have the same id. */
export function checkExamples(
  name: string,
  examples: readonly ReadExample[],
  minimumExamples: number,
  leftOut: NonNullable<Dataset["leftOut"]>,
): void {
  checkIds(examples);
  if (examples.length >= minimumExamples) return;
  const held =
    examples.length === 0
      ? "no examples"
      : `only ${examples.length === 1 ? "one example" : `${examples.length} examples`}`;
  throw dataError(
    "DATA_TOO_FEW_EXAMPLES",
    `${name}: ${held}; at least ${minimumExamples === 1 ? "one is" : `${minimumExamples} are`} needed`,
    leftOut.rows > 0
      ? `Rows left out: ${leftOut.rows} (${leftOut.because}).`
      : minimumExamples === 1
        ? undefined
        : "A prompt that is made on one example must be tried on another.",
  );
}

/** Throws where an example cannot be used, whatever the others are. */
export function checkExample({ row, example }: ReadExample, targetName: string): void {
  const { target, options, accept } = example;
  if (target.trim() === "") {
    throw rowError(
      row,
      "DATA_TARGET_EMPTY",
      `field "${targetName}" is empty`,
      "Every example needs the answer that is known to be good.",
    );
  }
  if (example.id.trim() === "") throw rowError(row, "DATA_ID_EMPTY", "the id is empty");
  if (accept?.some((answer) => answer.trim() === "") === true) {
    throw rowError(row, "DATA_ACCEPT_EMPTY", 'field "accept" holds an empty answer');
  }
  if (example.rejected !== undefined) checkRejected(row, example, example.rejected);
  if (options !== undefined) checkOptions(row, target, options);
}

function checkRejected(
  row: RowPlace,
  { target, accept = [] }: ReadExample["example"],
  rejected: readonly string[],
): void {
  if (rejected.some((answer) => answer.trim() === "")) {
    throw rowError(row, "DATA_REJECTED_EMPTY", 'field "rejected" holds an empty answer');
  }
  const right = rejected.find((answer) => answer === target || accept.includes(answer));
  if (right !== undefined) {
    throw rowError(
      row,
      "DATA_REJECTED_IS_RIGHT",
      `"${right}" is both a right and a rejected answer`,
      "Such a pair says nothing: leave the row out.",
    );
  }
}

/** Throws where options hold nothing, the same twice, too few, or not the answer. */
export function checkOptions(row: RowPlace, target: string, options: readonly string[]): void {
  if (options.some((option) => option.trim() === "")) {
    throw rowError(row, "DATA_OPTION_EMPTY", 'one of field "options" is empty');
  }
  const repeated = options.find((option, index) => options.indexOf(option) !== index);
  if (repeated !== undefined) {
    throw rowError(row, "DATA_OPTION_REPEATED", `the options hold "${repeated}" twice`);
  }
  if (!options.includes(target)) {
    throw rowError(
      row,
      "DATA_TARGET_NOT_AN_OPTION",
      `the target "${target}" is none of the options${didYouMean(target, options)}`,
      `The options are ${options.map((option) => `"${option}"`).join(", ")}.`,
    );
  }
  if (options.length < 2) {
    throw rowError(
      row,
      "DATA_OPTIONS_TOO_FEW",
      "one option only; a choice needs at least two",
      row.isTable ? "Separate the options in a cell by |." : undefined,
    );
  }
}

function checkIds(examples: readonly ReadExample[]): void {
  const rowById = new Map<string, RowPlace>();
  for (const { row, example } of examples) {
    const first = rowById.get(example.id);
    if (first !== undefined) {
      throw rowError(
        row,
        "DATA_ID_REPEATED",
        `the id "${example.id}" was already given in ${first.place}`,
        "Give every row an id of its own, or leave the ids out.",
      );
    }
    rowById.set(example.id, row);
  }
}
