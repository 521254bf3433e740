import { compile, type JSONPathQuery, type JSONValue } from "json-p3";
import { fillTemplate, templateVariables } from "../core/candidate.ts";
import { messageOf, type PmpoError, usageError } from "../core/errors.ts";
import { itemTexts, listField, type Row, rowError, textField, textOf } from "./row.ts";

/** Where in a row a field's text stands: a column, a template over columns, or a JSON path. */
export interface FieldSource {
  /** What of a row it reads, in one spelling each: two sources with one in common read the same. */
  readonly reads: readonly string[];
  /** The column's name; null for templates and paths. */
  readonly column: string | null;
  /** The one text; refuses a row that has none or several. */
  readonly text: (row: Row) => string;
  /** The texts of a list; refuses a row that has none. */
  readonly texts: (row: Row) => readonly string[];
}

/**
 * Understands a field of the mapping: `{{variables}}` make it a template, `$.` or `$[` at its
 * beginning a JSON path (RFC 9535), anything else is a column's name. `role` names it in errors.
 */
export function fieldSource(written: string, role: string): FieldSource {
  if (/^\$[.[]/.test(written)) return pathSource(written, role);
  const variables = templateVariables(written);
  return variables.length > 0 ? templateSource(written, variables) : columnSource(written);
}

function columnSource(column: string): FieldSource {
  return {
    reads: [columnPath(column)],
    column,
    text: (row) => textField(row, column),
    texts: (row) => listField(row, column),
  };
}

function templateSource(template: string, columns: readonly string[]): FieldSource {
  const text = (row: Row): string =>
    fillTemplate(
      template,
      Object.fromEntries(columns.map((column) => [column, textField(row, column)])),
    );
  return { reads: columns.map(columnPath), column: null, text, texts: (row) => [text(row)] };
}

function pathSource(path: string, role: string): FieldSource {
  const query = compiled(path, role);
  const what = `${role}: the path ${path}`;
  const found = (row: Row): readonly [JSONValue, ...JSONValue[]] => {
    const [first, ...others] = query.query(row.values as JSONValue).values();
    if (first !== undefined) return [first, ...others];
    throw rowError(row, "DATA_PATH_EMPTY", `${what} finds nothing`, namesIn(row));
  };
  const text = (row: Row): string => {
    const [first, ...others] = found(row);
    if (others.length === 0) return textOf(row, `what ${role} finds at ${path}`, first);
    throw rowError(
      row,
      "DATA_PATH_AMBIGUOUS",
      `${what} finds ${others.length + 1} values; one is needed`,
      "Say which, as $.answers[0] does.",
    );
  };
  const texts = (row: Row): readonly string[] => {
    const [first, ...others] = found(row);
    const isList = others.length === 0 && Array.isArray(first);
    return itemTexts(row, `what ${role} finds at ${path}`, isList ? first : [first, ...others]);
  };
  return { reads: [String(query)], column: null, text, texts };
}

function compiled(path: string, role: string): JSONPathQuery {
  try {
    return compile(path);
  } catch (error) {
    throw invalidPath(path, role, error);
  }
}

function invalidPath(path: string, role: string, error: unknown): PmpoError {
  return usageError(
    "DATA_PATH_INVALID",
    `${role}: "${path}" is no JSON path: ${messageOf(error)}`,
    "Write it as $.messages[0].content; a column with such a name as $['$.name'].",
  );
}

/** A column as a path, in the spelling that the library gives back. */
function columnPath(column: string): string {
  return String(compile(`$[${JSON.stringify(column)}]`));
}

function namesIn({ values }: Row): string {
  const names = Object.keys(values).map((name) => `"${name}"`);
  return names.length === 0 ? "The row has no fields." : `The row has ${names.join(", ")}.`;
}
