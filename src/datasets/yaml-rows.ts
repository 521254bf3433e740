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
import { dataError } from "../core/errors.ts";
import { objectValues, type Row } from "./row.ts";

/** The rows of a YAML file: a list of mappings. Numbers keep the digits they were written with. */
export function readYamlRows(text: string, file: string, listKey?: string): readonly Row[] {
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
  const list = listKey === undefined ? document.contents : document.get(listKey, true);
  if (!isSeq(list)) {
    throw dataError(
      "DATA_NOT_A_LIST",
      listKey === undefined
        ? `${file}: expected a list of rows, each with its fields`
        : `${file}: expected the rows as a list under "${listKey}"`,
      listKey === undefined
        ? "Begin each row with a dash: `- input: …`, and `  target: …` in the next line."
        : undefined,
    );
  }
  return list.items.map((node, index) => {
    const range = isNode(node) ? node.range : null;
    const line = range === null || range === undefined ? 1 : lineOf(range[0]);
    const at = { file, place: `row ${index + 1} (line ${line})` };
    const values = objectValues(plainValue(node, document, 0), at);
    return { ...at, number: index + 1, values, isTable: false };
  });
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
