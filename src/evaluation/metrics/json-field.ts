import { isDeepStrictEqual } from "node:util";
import { normalised } from "./wording.ts";

/** Whether both texts mean the same value: JSON by what it says, however it is written, other texts but for their looks. */
export function sameFieldValue(answer: string, reference: string, field: string): boolean {
  const given = fieldIn(answer, field);
  const wanted = fieldIn(reference, field) ?? valueOf(reference);
  return given !== undefined && isDeepStrictEqual(comparable(given), comparable(wanted));
}

/** The value of a field in the first JSON object of a text; dots lead into nested fields. */
function fieldIn(text: string, field: string): unknown {
  let value: unknown = firstObject(text);
  for (const name of field.split(".")) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) {
      return undefined;
    }
    value = (value as Readonly<Record<string, unknown>>)[name];
  }
  return value;
}

/** The first stretch from a brace to a brace that is JSON. */
function firstObject(text: string): unknown {
  for (let start = text.indexOf("{"); start >= 0; start = text.indexOf("{", start + 1)) {
    for (let end = text.indexOf("}", start); end >= 0; end = text.indexOf("}", end + 1)) {
      try {
        return JSON.parse(text.slice(start, end + 1));
      } catch {
        // It may end at a later brace, or begin at one.
      }
    }
  }
  return undefined;
}

/** A known answer that is a value itself, as JSON or as plain text. */
function valueOf(reference: string): unknown {
  try {
    return JSON.parse(reference);
  } catch {
    return reference;
  }
}

/** A number and its digits in quotation marks are the same answer, and so are texts that differ in looks alone. */
function comparable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(comparable);
  if (typeof value !== "object" || value === null) return normalised(String(value));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, comparable(item)]));
}
