import type { Example } from "../core/example.ts";
import { usageError } from "../core/errors.ts";
import { hasField, listField, type Row, textField } from "./row.ts";

/** Which columns of the data are what. What is left out has its usual name: input, target, id, options, rejected. */
export interface FieldMapping {
  /** Columns, or columns by the name of the variable that stands for them in a prompt. */
  readonly inputs?: readonly string[] | Readonly<Record<string, string>> | undefined;
  readonly target?: string | undefined;
  readonly id?: string | undefined;
  readonly options?: string | undefined;
  readonly rejected?: string | undefined;
}

/** What one row says, before the examples are compared with one another. */
export interface ReadExample {
  readonly row: Row;
  readonly example: Example;
}

/** A mapping with every name filled in, ready to read rows with. */
export interface RowReader {
  readonly inputColumns: readonly string[];
  readonly targetColumn: string;
  readonly read: (row: Row) => Example;
}

/** A reader of rows with the given fields; refuses a mapping that would show the answer. */
export function createRowReader(fields: FieldMapping = {}): RowReader {
  const inputs = inputColumns(fields.inputs ?? ["input"]);
  const target = fields.target ?? "target";
  if (inputs.length === 0) {
    throw usageError("DATA_FIELDS_EMPTY", "fields.inputs names no column", "Name at least one.");
  }
  if (inputs.some(([, column]) => column === target)) {
    throw usageError(
      "DATA_FIELDS_OVERLAP",
      `fields: column "${target}" cannot be both an input and the target`,
      "The prompt would hold the answer.",
    );
  }
  const read = (row: Row): Example => {
    const id = readId(row, fields);
    const values = inputs.map(([variable, column]) => [variable, textField(row, column)] as const);
    const options = readList(row, fields.options ?? "options", fields.options !== undefined);
    const rejected = readTexts(row, fields.rejected ?? "rejected", fields.rejected !== undefined);
    const accept = readList(row, "accept", false);
    return {
      id,
      inputs: Object.fromEntries(values),
      target: textField(row, target),
      ...(accept === undefined ? {} : { accept }),
      ...(options === undefined ? {} : { options }),
      ...(rejected === undefined ? {} : { rejected: [...new Set(rejected)] }),
    };
  };
  return { inputColumns: inputs.map(([, column]) => column), targetColumn: target, read };
}

function inputColumns(
  inputs: readonly string[] | Readonly<Record<string, string>>,
): readonly (readonly [string, string])[] {
  return isList(inputs)
    ? inputs.map((column) => [column, column] as const)
    : Object.entries(inputs);
}

function isList(
  inputs: readonly string[] | Readonly<Record<string, string>>,
): inputs is readonly string[] {
  return Array.isArray(inputs);
}

function readId(row: Row, fields: FieldMapping): string {
  const column = fields.id ?? "id";
  return fields.id !== undefined || hasField(row, column)
    ? textField(row, column)
    : String(row.number);
}

/** One text, or a list of them. */
function readTexts(row: Row, column: string, required: boolean): readonly string[] | undefined {
  if (!required && !hasField(row, column)) return undefined;
  return Array.isArray(row.values[column]) ? listField(row, column) : [textField(row, column)];
}

function readList(row: Row, column: string, required: boolean): readonly string[] | undefined {
  return required || hasField(row, column) ? listField(row, column) : undefined;
}
