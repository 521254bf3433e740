import { isDeepStrictEqual } from "node:util";
import { normalised } from "./wording.ts";

/** Whether both texts mean the same value: JSON by what it says, however it is written, other texts but for their looks. */
export function sameFieldValue(answer: string, reference: string, field: string): boolean {
  const given = fieldIn(answer, field);
  if (given === undefined) return false;
  const wanted = fieldIn(reference, field);
  // A known answer may be the value itself, as plain text or as JSON.
  const candidates = wanted === undefined ? [reference, parsed(reference)] : [wanted];
  return candidates.some(
    (each) => each !== undefined && isDeepStrictEqual(comparable(given), comparable(each)),
  );
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

/** Of the stretches between a brace and the one that closes it, the first that is JSON. */
function firstObject(text: string): unknown {
  const open: number[] = [];
  const closed: (readonly [start: number, end: number])[] = [];
  let isString = false;
  for (let place = 0; place < text.length; place++) {
    const character = text[place];
    if (isString && character === "\\") place++;
    else if (character === '"' && open.length > 0) isString = !isString;
    else if (isString) continue;
    else if (character === "{") open.push(place);
    else if (character === "}") {
      const start = open.pop();
      if (start !== undefined) closed.push([start, place + 1]);
    }
  }
  for (const [start, end] of closed.toSorted(([a], [b]) => a - b).slice(0, MOST_STRETCHES)) {
    const value = parsed(text.slice(start, end));
    if (value !== undefined) return value;
  }
  return undefined;
}

/** An answer with more of them before the first JSON is none. */
const MOST_STRETCHES = 100;

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A number and its digits in quotation marks are the same answer, and so are texts that differ in looks alone. */
function comparable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(comparable);
  if (typeof value !== "object" || value === null) return normalised(String(value));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, comparable(item)]));
}
