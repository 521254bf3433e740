import type { DataFormat } from "../core/data-format.ts";
import { dataError, type PmpoError } from "../core/errors.ts";
import { didYouMean } from "../core/nearest-name.ts";

/** One record of a file, its fields not yet looked at. */
export interface Row {
  readonly file: string;
  /** Where it stands, for people: `line 3`, `row 2 (line 3)`. */
  readonly place: string;
  /** Where it stands, as the example's id where the row has none: line of a JSONL file, else row. */
  readonly number: number;
  /** Which of the several examples that one row stands for, from 1; absent where it is one. */
  readonly variation?: number;
  readonly values: Readonly<Record<string, unknown>>;
  /** Whether it comes from a table, where a cell can hold text only and an empty one stands for none. */
  readonly isTable: boolean;
}

/** A row without its fields: enough to say where something is wrong. */
export type RowPlace = Pick<Row, "file" | "place" | "isTable">;

/** An error that names the file and the place of the row. */
export function rowError(
  row: Pick<Row, "file" | "place">,
  code: string,
  message: string,
  hint?: string,
): PmpoError {
  return dataError(code, `${row.file}, ${row.place}: ${message}`, hint);
}

/** The fields of a row that was read from JSON or YAML, or an error where it is no object. */
export function objectValues(
  value: unknown,
  at: Pick<Row, "file" | "place">,
): Readonly<Record<string, unknown>> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return value as Readonly<Record<string, unknown>>;
  }
  throw rowError(
    at,
    "DATA_ROW_NOT_OBJECT",
    `expected named fields such as {"input": …, "target": …}, got ${kindOf(value)}`,
  );
}

/** Whether the row has that field with something in it. */
export function hasField(row: Row, name: string): boolean {
  const value = row.values[name];
  return value !== undefined && value !== null && !(row.isTable && value === "");
}

/** The text of a field that must be there; numbers, true and false count as text. */
export function textField(row: Row, name: string): string {
  if (!Object.hasOwn(row.values, name)) throw missingField(row, name);
  return textOf(row, `field "${name}"`, row.values[name]);
}

/** The texts of a list field that must be there; in a table, one cell split at `|`. */
export function listField(row: Row, name: string): readonly string[] {
  if (!Object.hasOwn(row.values, name)) throw missingField(row, name);
  const value = row.values[name];
  if (row.isTable && typeof value === "string") return value.split("|").map((item) => item.trim());
  if (!Array.isArray(value)) {
    throw rowError(
      row,
      "DATA_FIELD_TYPE",
      `field "${name}" is ${kindOf(value)}; a list of texts is expected`,
    );
  }
  return itemTexts(row, `field "${name}"`, value);
}

/** The items of a list as texts; `what` names the list in the refusal of one that is none. */
export function itemTexts(row: Row, what: string, items: readonly unknown[]): readonly string[] {
  return items.map((item, index) => textOf(row, `item ${index + 1} of ${what}`, item));
}

function missingField(row: Row, name: string): PmpoError {
  const names = Object.keys(row.values);
  const held =
    names.length === 0
      ? "The row has no fields."
      : `The row has ${names.map((field) => `"${field}"`).join(", ")}.`;
  return rowError(
    row,
    "DATA_FIELD_MISSING",
    `no field "${name}"${didYouMean(name, names)}`,
    `${held} ${otherFormatHint(row, name) ?? FIELDS_HINT}`,
  );
}

const FIELDS_HINT =
  "Say which of them are the inputs and which is the target: `fields` in the task file, --input-field and --target-field on the command line.";

interface TellingField {
  readonly name: string;
  readonly holds: (value: unknown) => boolean;
  readonly format: DataFormat;
}

/** Fields that only rows of one format have. */
const TELLING_FIELDS: readonly TellingField[] = [
  { name: "messages", holds: Array.isArray, format: "openai-messages" },
  { name: "vars", holds: (value) => typeof value === "object", format: "promptfoo" },
  { name: "chosen", holds: (value) => typeof value === "string", format: "preference" },
];

/** What to do where the file is read as what it is not. */
function otherFormatHint({ isTable, values }: Row, missing: string): string | undefined {
  const [only = "", ...others] = Object.keys(values);
  if (isTable && others.length === 0 && only.includes(";")) {
    return "Its columns are parted by semicolons: save the file with commas, or with tabs as .tsv.";
  }
  // Rows that are read as such a format lack other fields.
  if (missing !== "input" && missing !== "target") return undefined;
  const telling = TELLING_FIELDS.find(({ name, holds }) => holds(values[name]));
  return telling === undefined
    ? undefined
    : `Rows with "${telling.name}" are read with \`format: ${telling.format}\` under \`data\`, or --format; else say which fields are inputs and target (\`fields\`, --input-field, --target-field).`;
}

/** A value as text: numbers, true and false count; `what` names it in the refusal of anything else. */
export function textOf(row: Row, what: string, value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value === "boolean") return String(value);
  if (typeof value === "number") {
    // JSON.parse has already rounded such a number: its digits in the file are lost.
    if (Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value))) {
      return String(value);
    }
    throw rowError(
      row,
      "DATA_NUMBER_TOO_LARGE",
      `${what} is a number too large to be read exactly`,
      "Write it in quotes.",
    );
  }
  throw rowError(row, "DATA_FIELD_TYPE", `${what} is ${kindOf(value)}; a text is expected`);
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return "null";
  if (Array.isArray(value)) return "a list";
  if (value instanceof Uint8Array) return "bytes that are no text";
  if (typeof value === "object") return "an object";
  return typeof value === "string" ? "a text" : `a ${typeof value}`;
}
