import type { DataFormat } from "../core/data-format.ts";
import type { Dataset, Example } from "../core/example.ts";
import { usageError } from "../core/errors.ts";
import { type BuiltInMetric, FINAL_NUMBER } from "../core/metric.ts";
import { readBbh } from "./bbh.ts";
import { readChatRow } from "./chat-rows.ts";
import { checkExamples } from "./check-examples.ts";
import { type Container, resolveFormat } from "./formats.ts";
import { readJsonLines, readJsonRows } from "./json-rows.ts";
import { createRowReader, type FieldMapping, type ReadExample } from "./mapped-rows.ts";
import { promptfooMetric, readPromptfooRow, requireSameVariables } from "./promptfoo-rows.ts";
import { readAquaRatRow, readGsm8kRow } from "./question-sets.ts";
import type { Row } from "./row.ts";
import { readTable } from "./table-rows.ts";
import { readTextFile } from "./text-file.ts";
import { readYamlRows } from "./yaml-rows.ts";

/** How to read a file of examples, where its name and its fields do not say it. */
export interface ReadDatasetOptions {
  /** One of DATA_FORMATS; by default the one that the file's ending names. */
  readonly format?: string | undefined;
  /** Only for formats without fields of their own. */
  readonly fields?: FieldMapping | undefined;
  /** Fewer examples are an error. Default 2: one to learn from and one to test on. */
  readonly minimumExamples?: number;
}

interface Reading {
  readonly examples: readonly ReadExample[];
  readonly fieldNames: Dataset["fieldNames"];
  readonly metric?: BuiltInMetric;
}

/** Reads a file of examples whole, or says which file, row and field cannot be used. */
export async function readDataset(
  path: string,
  { format: formatName, fields, minimumExamples = 2 }: ReadDatasetOptions = {},
): Promise<Dataset> {
  const { format, container } = resolveFormat(path, formatName);
  const readRows = rowsReader(format, fields);
  const rows = parseRows(await readTextFile(path), path, container, format);
  const { examples, fieldNames, metric } = readRows(rows);
  checkExamples(path, examples, { targetColumn: fieldNames.target, minimumExamples });
  return {
    examples: examples.map(({ example }) => example),
    fieldNames,
    ...(metric === undefined ? {} : { metric }),
  };
}

function parseRows(
  text: string,
  path: string,
  container: Container,
  format: DataFormat,
): readonly Row[] {
  switch (container) {
    case "jsonl":
      return readJsonLines(text, path);
    case "json":
      return readJsonRows(text, path, format === "bbh" ? "examples" : undefined);
    case "csv":
      return readTable(text, path, ",");
    case "tsv":
      return readTable(text, path, "\t");
    case "yaml":
      return readYamlRows(text, path, format === "promptfoo" ? "tests" : undefined);
  }
}

type RowsReader = (rows: readonly Row[]) => Reading;

function rowsReader(format: DataFormat, fields: FieldMapping | undefined): RowsReader {
  switch (format) {
    case "jsonl":
    case "json":
    case "csv":
    case "tsv":
    case "yaml":
      return mappedReader(fields);
    case "instruction-induction":
      refuseFields(format, fields);
      return mappedReader();
    case "classification":
      refuseFields(format, fields);
      return mappedReader({ options: "options" });
    case "preference":
      refuseFields(format, fields);
      return mappedReader({ inputs: ["prompt"], target: "chosen", rejected: "rejected" });
    case "openai-messages":
      refuseFields(format, fields);
      return (rows) => each(rows, readChatRow, fieldNames("input", "answer"));
    case "promptfoo":
      refuseFields(format, fields);
      return (rows) => {
        requireSameVariables(rows);
        const inputs = Object.keys(rows[0]?.values["vars"] ?? {});
        return {
          ...each(rows, readPromptfooRow, { inputs, target: "answer" }),
          metric: promptfooMetric(rows),
        };
      };
    case "bbh":
      refuseFields(format, fields);
      return (rows) => ({ examples: readBbh(rows), fieldNames: fieldNames("input", "target") });
    case "gsm8k":
      refuseFields(format, fields);
      return (rows) => ({
        ...each(rows, readGsm8kRow, fieldNames("question", "answer")),
        metric: FINAL_NUMBER,
      });
    case "aqua-rat":
      refuseFields(format, fields);
      return (rows) => each(rows, readAquaRatRow, fieldNames("question", "correct"));
  }
}

function mappedReader(fields?: FieldMapping): RowsReader {
  const { read, inputColumns, targetColumn } = createRowReader(fields);
  return (rows) => each(rows, read, { inputs: inputColumns, target: targetColumn });
}

function each(
  rows: readonly Row[],
  read: (row: Row) => Example,
  fieldNames: Dataset["fieldNames"],
): Reading {
  return { examples: rows.map((row) => ({ row, example: read(row) })), fieldNames };
}

function fieldNames(input: string, target: string): Dataset["fieldNames"] {
  return { inputs: [input], target };
}

function refuseFields(format: DataFormat, fields: FieldMapping | undefined): void {
  if (fields === undefined || Object.values(fields).every((value) => value === undefined)) return;
  throw usageError(
    "DATA_FIELDS_FIXED",
    `Format ${format} has fields of its own: \`fields\` does not apply`,
    "Leave out the format to map the fields yourself.",
  );
}
