import { fillTemplate, templateVariables } from "../core/candidate.ts";
import { listField, type Row, textField } from "./row.ts";

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
export async function fieldSource(written: string, role: string): Promise<FieldSource> {
  if (/^\$[.[]/.test(written)) {
    // Few mappings have a path, and the library that understands it takes a moment to load.
    const { pathSource } = await import("./json-path.ts");
    return pathSource(written, role);
  }
  const variables = templateVariables(written);
  return variables.length > 0 ? templateSource(written, variables) : columnSource(written);
}

function columnSource(column: string): FieldSource {
  return {
    reads: [columnRead(column)],
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
  return { reads: columns.map(columnRead), column: null, text, texts: (row) => [text(row)] };
}

/** What is read of a row where a whole column is. */
export function columnRead(column: string): string {
  return `column "${column}"`;
}
