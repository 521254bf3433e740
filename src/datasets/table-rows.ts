import { CsvError, type Info, type Options, parse } from "csv-parse/sync";
import { dataError, messageOf } from "../core/errors.ts";
import { type Row, rowError } from "./row.ts";

interface TableRecord {
  readonly cells: readonly string[];
  readonly firstLine: number;
}

/** The rows of a CSV or TSV file whose first record names the columns. */
export function readTable(text: string, file: string, delimiter: "," | "\t"): readonly Row[] {
  const [header, ...records] = readRecords(text, file, delimiter);
  if (header === undefined) return [];
  const columns = header.cells.map((name) => name.trim());
  const repeated = columns.find((name, index) => name !== "" && columns.indexOf(name) !== index);
  if (repeated !== undefined) {
    throw dataError(
      "DATA_COLUMN_REPEATED",
      `${file}, line ${header.firstLine}: two columns are named "${repeated}"`,
      "The first row of the file must name each column once.",
    );
  }
  return records.map(({ cells, firstLine }, index) => {
    const at = { file, place: `row ${index + 1} (line ${firstLine})` };
    if (cells.length !== columns.length) {
      throw rowError(
        at,
        "DATA_ROW_RAGGED",
        `${count(cells.length, "field")}, but the header names ${count(columns.length, "column")}`,
        delimiter === ","
          ? 'A field that holds a comma must be in double quotes: "one, two".'
          : "A field must not hold a tab.",
      );
    }
    const values = Object.fromEntries(columns.map((name, column) => [name, cells[column] ?? ""]));
    return { ...at, number: index + 1, values, isTable: true };
  });
}

function readRecords(text: string, file: string, delimiter: "," | "\t"): readonly TableRecord[] {
  let linesRead = 0;
  const options: Options = {
    delimiter,
    // Files that were joined or edited may end their lines in several ways.
    record_delimiter: ["\r\n", "\n", "\r"],
    relax_column_count: true,
    // In tab-separated text a quotation mark is mostly just that.
    relax_quotes: delimiter === "\t",
    skip_empty_lines: true,
    info: true,
    on_record: (record, { lines }) => {
      linesRead = lines;
      return record;
    },
  };
  try {
    const records = parse(text, options) as unknown as readonly {
      readonly info: Info;
      readonly record: readonly string[];
    }[];
    return records.map(({ record, info }) => ({
      cells: record,
      firstLine: info.lines - record.join().split(/\r\n|\r|\n/).length + 1,
    }));
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = error.code === "CSV_QUOTE_NOT_CLOSED" ? linesRead + 1 : error["lines"];
    throw dataError(
      "DATA_TABLE_BROKEN",
      `${file}, line ${String(line)}: ${BROKEN_QUOTES[error.code] ?? messageOf(error)}`,
      'Put a field that holds a quotation mark in quotes, and double the mark: "say ""hi""".',
    );
  }
}

const BROKEN_QUOTES: Readonly<Partial<Record<CsvError["code"], string>>> = {
  CSV_QUOTE_NOT_CLOSED: "a quotation mark of this row is never closed",
  CSV_INVALID_CLOSING_QUOTE: "text follows a closing quotation mark",
  INVALID_OPENING_QUOTE: "a quotation mark stands inside a field that is not quoted",
};

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
