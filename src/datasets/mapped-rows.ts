import { usageError } from "../core/errors.ts";
import type { Example } from "../core/example.ts";
import { type FieldSource, fieldSource } from "./field-source.ts";
import { hasField, type Row, textField } from "./row.ts";

/**
 * Which fields of the data are what. Each is a column's name, a template over columns
 * (`{{question}} in {{city}}`) or a JSON path (`$.messages[0].content`). What is left out has its
 * usual name: input, target, id, options, accept, rejected.
 */
export interface FieldMapping {
  /** Fields, or fields by the name of the variable that stands for them in a prompt. */
  readonly inputs?: readonly string[] | Readonly<Record<string, string>> | undefined;
  readonly target?: string | undefined;
  readonly id?: string | undefined;
  readonly options?: string | undefined;
  /** Other right answers. */
  readonly accept?: string | undefined;
  readonly rejected?: string | undefined;
}

/** A mapping with every name filled in, ready to read rows with. */
export interface RowReader {
  /** Names that stand for inputs and target in the data, or in the mapping where a field is no column. */
  readonly fieldNames: { readonly inputs: readonly string[]; readonly target: string };
  readonly read: (row: Row) => Example;
}

/** A reader of rows with the given fields; refuses a mapping that would show the answer. */
export async function createRowReader(fields: FieldMapping = {}): Promise<RowReader> {
  const inputs = await inputSources(fields.inputs ?? ["input"]);
  const target = await fieldSource(fields.target ?? "target", "fields.target");
  checkOverlap(inputs, target);
  const id = await optionalSource(fields, "id");
  const options = await optionalSource(fields, "options");
  const accept = await optionalSource(fields, "accept");
  const rejected = await optionalSource(fields, "rejected");
  return {
    fieldNames: {
      inputs: inputs.map(([variable, { column }]) => column ?? variable),
      target: target.column ?? "target",
    },
    read: (row) => ({
      id: id.isIn(row) ? id.text(row) : String(row.number),
      inputs: Object.fromEntries(inputs.map(([variable, { text }]) => [variable, text(row)])),
      target: target.text(row),
      ...(accept.isIn(row) ? { accept: accept.texts(row) } : {}),
      ...(options.isIn(row) ? { options: options.texts(row) } : {}),
      ...(rejected.isIn(row) ? { rejected: [...new Set(oneOrMore(rejected, row))] } : {}),
    }),
  };
}

interface OptionalSource extends FieldSource {
  /** Whether it is to be read: always where the mapping names it, else where the row has it. */
  readonly isIn: (row: Row) => boolean;
}

async function optionalSource(
  fields: FieldMapping,
  name: "id" | "options" | "accept" | "rejected",
): Promise<OptionalSource> {
  const written = fields[name];
  const source = await fieldSource(written ?? name, `fields.${name}`);
  return { ...source, isIn: (row) => written !== undefined || hasField(row, name) };
}

/** A column may hold one text, or a list of them. */
function oneOrMore({ column, texts }: FieldSource, row: Row): readonly string[] {
  return column !== null && !Array.isArray(row.values[column])
    ? [textField(row, column)]
    : texts(row);
}

type NamedSource = readonly [variable: string, source: FieldSource];

async function inputSources(
  inputs: readonly string[] | Readonly<Record<string, string>>,
): Promise<readonly NamedSource[]> {
  const sources = await Promise.all(
    isList(inputs)
      ? inputs.map(async (written): Promise<NamedSource> => {
          const source = await fieldSource(written, "fields.inputs");
          return [source.column ?? "input", source];
        })
      : Object.entries(inputs).map(async ([variable, written]): Promise<NamedSource> => [
          variable,
          await fieldSource(written, `fields.inputs.${variable}`),
        ]),
  );
  if (sources.length === 0) {
    throw usageError("DATA_FIELDS_EMPTY", "fields.inputs names no column", "Name at least one.");
  }
  const names = sources.map(([variable]) => variable);
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated === undefined) return sources;
  throw usageError(
    "DATA_FIELDS_REPEATED",
    `fields.inputs: two inputs are called "${repeated}"`,
    "Give each a name of its own: inputs: { question: $.q, context: $.c }.",
  );
}

function isList(
  inputs: readonly string[] | Readonly<Record<string, string>>,
): inputs is readonly string[] {
  return Array.isArray(inputs);
}

function checkOverlap(inputs: readonly NamedSource[], target: FieldSource): void {
  const shared = inputs.flatMap(([, { reads }]) =>
    reads.filter((one) => target.reads.includes(one)),
  );
  if (shared.length === 0) return;
  throw usageError(
    "DATA_FIELDS_OVERLAP",
    `fields: ${shared[0]} cannot be both an input and the target`,
    "The prompt would hold the answer.",
  );
}
