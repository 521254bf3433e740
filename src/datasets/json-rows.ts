import { dataError, messageOf } from "../core/errors.ts";
import { objectValues, type Row } from "./row.ts";

/** The rows of JSON Lines: one object in each line, blank lines skipped. */
export function readJsonLines(text: string, file: string): readonly Row[] {
  return text.split("\n").flatMap((line, index): Row[] => {
    if (line.trim() === "") return [];
    const at = { file, place: `line ${index + 1}` };
    const values = objectValues(parseJson(line, file, index), at);
    return [{ ...at, number: index + 1, values, isTable: false }];
  });
}

/** The rows of a JSON file: a list of objects, or the list under `listKey` of one object. */
export function readJsonRows(text: string, file: string, listKey?: string): readonly Row[] {
  const parsed = parseJson(text, file, 0);
  const list = listKey === undefined ? parsed : listUnder(parsed, listKey);
  if (!Array.isArray(list)) {
    throw dataError(
      "DATA_NOT_A_LIST",
      listKey === undefined
        ? `${file}: expected a list of rows: [{"input": …, "target": …}, …]`
        : `${file}: expected the rows as a list under "${listKey}"`,
      listKey === undefined && Array.isArray(listUnder(parsed, "examples"))
        ? 'There is a list under "examples": is this a BIG-Bench Hard file? Then name the format bbh.'
        : undefined,
    );
  }
  return list.map((value: unknown, index) => {
    const at = { file, place: `row ${index + 1}` };
    return { ...at, number: index + 1, values: objectValues(value, at), isTable: false };
  });
}

function listUnder(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, key)
    ? (value as Readonly<Record<string, unknown>>)[key]
    : undefined;
}

function parseJson(text: string, file: string, linesBefore: number): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const message = messageOf(error);
    const line = linesBefore + brokenLine(text, message);
    const reason = message
      .replace(/,? in JSON at position .*$/s, "")
      .replace(/, (?:\.\.\.)?".* is not valid JSON$/s, "")
      .replace(/ at position .*$/s, "");
    throw dataError("DATA_JSON_BROKEN", `${file}, line ${line}: broken JSON: ${reason}`);
  }
}

/** The line, from 1, in which a text stops being JSON. */
function brokenLine(text: string, message: string): number {
  const position = positionIn(message);
  if (position !== null) return text.slice(0, position).split("\n").length;
  const lines = text.trimEnd().split("\n");
  // Not every message says where. No token of JSON spans lines, so the first line that cannot be
  // the end of a good beginning is the broken one.
  let good = 0;
  let broken = lines.length;
  while (broken - good > 1) {
    const middle = Math.floor((good + broken) / 2);
    if (isGoodBeginning(lines.slice(0, middle).join("\n"))) good = middle;
    else broken = middle;
  }
  return broken;
}

function isGoodBeginning(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    const message = messageOf(error);
    const position = positionIn(message);
    return position === null
      ? message.includes("end of JSON input")
      : position >= text.trimEnd().length;
  }
}

function positionIn(message: string): number | null {
  const [, position] = /at position (\d+)/.exec(message) ?? [];
  return position === undefined ? null : Number(position);
}
