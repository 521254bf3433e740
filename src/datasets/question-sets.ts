import type { Example } from "../core/example.ts";
import { listField, type Row, rowError, textField } from "./row.ts";

/** A GSM8K problem: the target is the whole worked solution, which ends in `#### number`. */
export function readGsm8kRow(row: Row): Example {
  return {
    id: String(row.number),
    inputs: { input: textField(row, "question") },
    target: textField(row, "answer"),
  };
}

/** An AQuA-RAT problem: the choices stand below the question, and the target is the right letter. */
export function readAquaRatRow(row: Row): Example {
  const choices = listField(row, "options");
  const letters = choices.map((choice, index) => {
    const [, letter] = /^\s*([A-Z])\)/.exec(choice) ?? [];
    if (letter !== undefined) return letter;
    throw rowError(
      row,
      "DATA_OPTION_UNLABELLED",
      `item ${index + 1} of field "options" does not begin with a letter and a parenthesis, as in "A)12"`,
    );
  });
  return {
    id: String(row.number),
    inputs: { input: [textField(row, "question"), ...choices].join("\n") },
    target: textField(row, "correct"),
    options: letters,
  };
}
