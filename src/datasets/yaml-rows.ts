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
import { dataError } from "../core/errors.ts";
import { objectValues, type Row } from "./row.ts";

/** The rows of a YAML file: a list of mappings. Numbers keep the digits they were written with. */
export function readYamlRows(text: string, file: string): readonly Row[] {
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
  if (!isSeq(document.contents)) {
    throw dataError(
      "DATA_NOT_A_LIST",
      `${file}: expected a list of rows, each with its fields`,
      "Begin each row with a dash: `- input: …`, and `  target: …` in the next line.",
    );
  }
  return document.contents.items.map((node, index) => {
    const line = node.range === null || node.range === undefined ? 1 : lineOf(node.range[0]);
    const at = { file, place: `row ${index + 1} (line ${line})` };
    const values = objectValues(plainValue(node, document), at);
    return { ...at, number: index + 1, values, isTable: false };
  });
}

/** Row → field → list item: what lies deeper is an error for whoever reads the field. */
function plainValue(node: unknown, document: Document<ParsedNode>, depth = 0): unknown {
  const target = isAlias(node) ? node.resolve(document) : node;
  if (isScalar(target)) {
    const isWord = typeof target.value === "number" || typeof target.value === "boolean";
    return isWord ? (target.source ?? String(target.value)) : target.value;
  }
  if (isMap(target)) {
    if (depth > 0) return {};
    return Object.fromEntries(
      target.items.map(({ key, value }) => [
        String(plainValue(key, document, depth + 1)),
        plainValue(value, document, depth + 1),
      ]),
    );
  }
  if (isSeq(target)) {
    return depth > 1 ? [] : target.items.map((item) => plainValue(item, document, depth + 1));
  }
  return null;
}
