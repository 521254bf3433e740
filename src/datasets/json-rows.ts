import { dataError, messageOf } from "../core/errors.ts";
import { objectValues, type Row } from "./row.ts";

/** No row is meant to be longer; a file without line breaks would otherwise be held whole. */
const MOST_LINE_CHARACTERS = 1 << 24;

/** The rows of JSON Lines, piece by piece: one object in each line, blank lines skipped. */
export async function* readJsonLines(
  chunks: AsyncIterable<string>,
  file: string,
): AsyncGenerator<readonly Row[]> {
  let linesBefore = 0;
  for await (const lines of linesOf(chunks, file)) {
    const before = linesBefore;
    yield lines.flatMap((line, index) => rowOfLine(line, file, before + index + 1));
    linesBefore += lines.length;
  }
}

function rowOfLine(line: string, file: string, number: number): readonly Row[] {
  if (line.trim() === "") return [];
  const at = { file, place: `line ${number}` };
  const values = objectValues(parseJson(line, file, number - 1), at);
  return [{ ...at, number, values, isTable: false }];
}

async function* linesOf(
  chunks: AsyncIterable<string>,
  file: string,
): AsyncGenerator<readonly string[]> {
  let begun: string[] = [];
  let begunCharacters = 0;
  let number = 1;
  for await (const chunk of chunks) {
    const [first = "", ...others] = chunk.split("\n");
    begun.push(first);
    begunCharacters += first.length;
    const last = others.pop();
    if (last !== undefined) {
      yield [begun.join(""), ...others];
      number += others.length + 1;
      begun = [last];
      begunCharacters = last.length;
    }
    if (begunCharacters > MOST_LINE_CHARACTERS) {
      throw dataError(
        "DATA_LINE_TOO_LONG",
        `${file}, line ${number}: longer than ${MOST_LINE_CHARACTERS} characters`,
        "JSON Lines has one object in each line. A JSON list is read under the name json.",
      );
    }
  }
  yield [begun.join("")];
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
