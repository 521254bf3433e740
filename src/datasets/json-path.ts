import { compile, jsonpath, type JSONPathQuery, type JSONValue } from "json-p3";
import { messageOf, type PmpoError, usageError } from "../core/errors.ts";
import { columnRead, type FieldSource } from "./field-source.ts";
import { itemTexts, type Row, rowError, textOf } from "./row.ts";

/** What a JSON path (RFC 9535) finds in a row. `role` names the field in errors. */
export function pathSource(path: string, role: string): FieldSource {
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
  return { reads: [columnOf(query) ?? String(query)], column: null, text, texts };
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

/** A path that reads one whole column, spelled as that column; null for others. */
function columnOf(query: JSONPathQuery): string | null {
  const [segment, ...others] = query.segments;
  const [selector, ...more] = segment?.selectors ?? [];
  const isOne = others.length === 0 && more.length === 0 && !String(query).startsWith("$..");
  return isOne && selector instanceof jsonpath.selectors.NameSelector
    ? columnRead(selector.name)
    : null;
}

function namesIn({ values }: Row): string {
  const names = Object.keys(values).map((name) => `"${name}"`);
  return names.length === 0 ? "The row has no fields." : `The row has ${names.join(", ")}.`;
}
