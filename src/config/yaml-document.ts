import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  type ParsedNode,
} from "yaml";
import { messageOf, usageError } from "../core/errors.ts";

/** A place in a file, both counted from 1. */
interface Position {
  readonly line: number;
  readonly column: number;
}

/** A task file as plain data, with the way back to the places where things stand. */
export interface YamlFile {
  readonly value: unknown;
  /** Where the value at that path stands, or the nearest thing around it that does. */
  readonly positionOf: (path: readonly PropertyKey[], at: "key" | "value") => Position;
}

/** Parses YAML, or throws with the line of every syntax error. */
export function parseYamlFile(text: string, file: string): YamlFile {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false });
  const positionAt = (offset: number): Position => {
    const { line, col } = lineCounter.linePos(offset);
    return { line, column: col };
  };
  if (document.errors.length > 0) {
    const lines = document.errors.map(({ pos: [offset], message }) => {
      const { line, column } = positionAt(offset);
      return `${file}:${line}:${column}  broken YAML: ${message}`;
    });
    // One mistake throws the parser off its track: what follows the first few is noise.
    throw usageError("CONFIG_YAML_BROKEN", lines.slice(0, SHOWN_ERRORS).join("\n"), tabHint(text));
  }
  keepAnswersAsWritten(document);
  return {
    value: plainValue(document, file),
    positionOf: (path, at) => positionAt(offsetOf(document, path, at)),
  };
}

const SHOWN_ERRORS = 3;

function tabHint(text: string): string | undefined {
  const line = text.split("\n").findIndex((each) => /^ *\t/.test(each));
  return line < 0 ? undefined : `Line ${line + 1} is indented with a tab: YAML wants blanks.`;
}

function plainValue(document: Document<ParsedNode>, file: string): unknown {
  try {
    return document.toJS();
  } catch (error) {
    throw usageError("CONFIG_YAML_BROKEN", `${file}: broken YAML: ${messageOf(error)}`);
  }
}

/** An answer `True` or `1.0` means these letters, as they stand in the data. */
function keepAnswersAsWritten(document: Document<ParsedNode>): void {
  if (!isMap(document.contents)) return;
  const options = document.contents.get("options", true);
  if (!isSeq(options)) return;
  for (const item of options.items) {
    if (isScalar(item) && item.source !== undefined && item.value !== null) {
      item.value = item.source;
    }
  }
}

function offsetOf(
  document: Document<ParsedNode>,
  path: readonly PropertyKey[],
  at: "key" | "value",
): number {
  let node: unknown = document.contents;
  let offset = 0;
  for (const [index, step] of path.entries()) {
    const around = isAlias(node) ? node.resolve(document) : node;
    let key: unknown;
    if (isMap(around)) {
      const pair = around.items.find(({ key }) => isScalar(key) && String(key.value) === step);
      if (pair === undefined) return offset;
      key = pair.key;
      node = pair.value;
    } else if (isSeq(around) && typeof step === "number") node = around.items[step];
    else return offset;
    const isLast = index === path.length - 1;
    const keyOffset = startOf(key) ?? startOf(node) ?? offset;
    offset = isLast && at === "value" ? (startOf(node) ?? keyOffset) : keyOffset;
  }
  return offset;
}

function startOf(node: unknown): number | undefined {
  return isScalar(node) || isMap(node) || isSeq(node) || isAlias(node)
    ? node.range?.[0]
    : undefined;
}
