import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  type ParsedNode,
} from "yaml";
import { dataError, type PmpoError } from "../core/errors.ts";
import { objectValues, type Row } from "./row.ts";

/** A YAML file whose syntax is right. Numbers keep the digits they were written with. */
export interface YamlFile {
  /** The list of mappings that the file is, or that stands under `listKey`. */
  rows(listKey?: string): readonly Row[];
  /** What stands under a key; undefined where there is none. */
  value(key: string): unknown;
}

/** Reads the syntax of a YAML file. */
export function openYaml(text: string, file: string): YamlFile {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false });
  const lineOf = (offset: number): number => lineCounter.linePos(offset).line;
  const [error] = document.errors;
  if (error !== undefined) {
    throw dataError(
      "DATA_YAML_BROKEN",
      `${file}, line ${lineOf(error.pos[0])}: broken YAML: ${error.message}`,
    );
  }
  return {
    rows: (listKey) => {
      const list = listKey === undefined ? document.contents : document.get(listKey, true);
      if (!isSeq(list)) throw noList(file, listKey);
      return list.items.map((node, index) => {
        const range = isNode(node) ? node.range : null;
        const line = range === null || range === undefined ? 1 : lineOf(range[0]);
        const at = { file, place: `row ${index + 1} (line ${line})` };
        const values = objectValues(plainValue(node, document, 0), at);
        return { ...at, number: index + 1, values, isTable: false };
      });
    },
    value: (key) =>
      isMap(document.contents) && document.has(key)
        ? plainValue(document.get(key, true), document, 0)
        : undefined,
  };
}

function noList(file: string, listKey: string | undefined): PmpoError {
  return dataError(
    "DATA_NOT_A_LIST",
    listKey === undefined
      ? `${file}: expected a list of rows, each with its fields`
      : `${file}: expected the rows as a list under "${listKey}"`,
    listKey === undefined
      ? "Begin each row with a dash: `- input: …`, and `  target: …` in the next line."
      : undefined,
  );
}

/** Deeper than any test is written; an anchor that holds itself ends here. */
const MOST_LEVELS = 20;

function plainValue(node: unknown, document: Document<ParsedNode>, depth: number): unknown {
  const target = isAlias(node) ? node.resolve(document) : node;
  if (isScalar(target)) {
    const isWord = typeof target.value === "number" || typeof target.value === "boolean";
    return isWord ? (target.source ?? String(target.value)) : target.value;
  }
  if (isMap(target)) {
    if (depth > MOST_LEVELS) return {};
    return Object.fromEntries(
      target.items.map(({ key, value }) => [
        String(plainValue(key, document, depth + 1)),
        plainValue(value, document, depth + 1),
      ]),
    );
  }
  if (isSeq(target)) {
    return depth >= MOST_LEVELS
      ? []
      : target.items.map((item) => plainValue(item, document, depth + 1));
  }
  return null;
}
