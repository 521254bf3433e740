import type { Example } from "../core/example.ts";
import { readVariables } from "./promptfoo-rows.ts";
import { listField, type Row, rowError } from "./row.ts";

/** Why a test of an export is left out. */
export const NO_PAIR = "every output passed, or none";

/** What promptfoo's viewer shows in the place of a long text. */
const OMITTED = /^\[content omitted: \d+ characters\]$/;

/**
 * A test of promptfoo's "DPO JSON" export: its variables are the inputs, the outputs that passed are
 * right answers (the first one is the target), those that failed are rejected ones. Null where
 * either are missing: without a pair there is no preference.
 */
export function readDpoRow(row: Row): Example | null {
  const inputs = readVariables(row);
  const [target, ...accept] = outputs(row, "chosen");
  const rejected = outputs(row, "rejected");
  if (target === undefined || rejected.length === 0) return null;
  return {
    id: String(row.number),
    inputs,
    target,
    ...(accept.length === 0 ? {} : { accept }),
    rejected,
  };
}

/** The distinct texts; an output without text, as a failed call leaves it, is no answer. */
function outputs(row: Row, field: "chosen" | "rejected"): readonly string[] {
  const texts = listField(row, field);
  const omitted = texts.findIndex((text) => OMITTED.test(text));
  if (omitted !== -1) {
    throw rowError(
      row,
      "DATA_TEXT_OMITTED",
      `item ${omitted + 1} of field "${field}" is not the output: promptfoo left it out for its length`,
      "Export the evaluation again with a newer promptfoo, or leave the row out.",
    );
  }
  return [...new Set(texts.filter((text) => text.trim() !== ""))];
}
