import { finished } from "node:stream/promises";
import { CsvError, parse, type Parser } from "csv-parse";
import { dataError, messageOf, type PmpoError } from "../core/errors.ts";
import { type Row, rowError } from "./row.ts";

interface TableRecord {
  readonly cells: readonly string[];
  readonly firstLine: number;
}

type Delimiter = "," | "\t";

/** The rows of a CSV or TSV file whose first record names the columns, piece by piece. */
export async function* readTable(
  chunks: AsyncIterable<string>,
  file: string,
  delimiter: Delimiter,
): AsyncGenerator<readonly Row[]> {
  let columns: readonly string[] | undefined;
  let rowsBefore = 0;
  for await (const records of readRecords(chunks, file, delimiter)) {
    const [header, ...others] = records;
    if (header === undefined) continue;
    const isFirst = columns === undefined;
    const names = (columns ??= columnsOf(header, file));
    const before = rowsBefore;
    const rows = (isFirst ? others : records).map((record, index) =>
      rowOf(record, names, { file, delimiter, number: before + index + 1 }),
    );
    yield rows;
    rowsBefore += rows.length;
  }
}

function columnsOf({ cells, firstLine }: TableRecord, file: string): readonly string[] {
  const columns = cells.map((name) => name.trim());
  const repeated = columns.find((name, index) => name !== "" && columns.indexOf(name) !== index);
  if (repeated === undefined) return columns;
  throw dataError(
    "DATA_COLUMN_REPEATED",
    `${file}, line ${firstLine}: two columns are named "${repeated}"`,
    "The first row of the file must name each column once.",
  );
}

function rowOf(
  { cells, firstLine }: TableRecord,
  columns: readonly string[],
  { file, delimiter, number }: { file: string; delimiter: Delimiter; number: number },
): Row {
  const at = { file, place: `row ${number} (line ${firstLine})` };
  if (cells.length !== columns.length) {
    throw rowError(
      at,
      "DATA_ROW_RAGGED",
      `${count(cells.length, "field")}, but the header names ${count(columns.length, "column")}`,
      raggedHint(cells.length, columns, delimiter),
    );
  }
  const values = Object.fromEntries(columns.map((name, column) => [name, cells[column] ?? ""]));
  return { ...at, number, values, isTable: true };
}

function raggedHint(fields: number, columns: readonly string[], delimiter: Delimiter): string {
  const [only = ""] = columns;
  if (columns.length === 1 && only.includes(";")) {
    return "The header is parted by semicolons: save the file with commas, or with tabs as .tsv.";
  }
  if (fields < columns.length) return "Every row needs a field for each column; it may be empty.";
  return delimiter === ","
    ? 'A field that holds a comma must be in double quotes: "one, two".'
    : "A field must not hold a tab.";
}

/** No row is meant to be longer; a quotation mark that is never closed would swallow the file. */
const MOST_RECORD_CHARACTERS = 1 << 24;

async function* readRecords(
  chunks: AsyncIterable<string>,
  file: string,
  delimiter: Delimiter,
): AsyncGenerator<readonly TableRecord[]> {
  let records: TableRecord[] = [];
  let linesRead = 0;
  const parser = tableParser(delimiter, (cells, lines) => {
    linesRead = lines;
    const breaks = cells.join().match(/\r\n|\r|\n/g)?.length ?? 0;
    records.push({ cells, firstLine: lines - breaks });
  });
  // A failure is told to whoever wrote; without a listener it would end the process too.
  parser.on("error", () => undefined).resume();
  try {
    for await (const chunk of chunks) {
      await written(parser, chunk);
      yield records;
      records = [];
    }
    parser.end();
    await finished(parser);
    yield records;
  } catch (error) {
    throw error instanceof CsvError ? brokenTable(error, file, linesRead) : error;
  } finally {
    parser.destroy();
  }
}

/** A parser that hands over each record, with the line it ends in, while text is written to it. */
function tableParser(
  delimiter: Delimiter,
  onRecord: (cells: readonly string[], lines: number) => void,
): Parser {
  return parse({
    delimiter,
    // Files that were joined or edited may end their lines in several ways.
    record_delimiter: ["\r\n", "\n", "\r"],
    relax_column_count: true,
    // In tab-separated text a quotation mark is mostly just that.
    relax_quotes: delimiter === "\t",
    skip_empty_lines: true,
    max_record_size: MOST_RECORD_CHARACTERS,
    on_record: (cells: readonly string[], { lines }) => {
      onRecord(cells, lines);
      return null;
    },
  });
}

function written(parser: Parser, chunk: string): Promise<void> {
  return new Promise((resolve, reject) => {
    parser.write(chunk, (error) => (error ? reject(error) : resolve()));
  });
}

function brokenTable(error: CsvError, file: string, linesRead: number): PmpoError {
  const isUnclosed = UNCLOSED.has(error.code);
  const line = isUnclosed ? linesRead + 1 : error["lines"];
  return dataError(
    "DATA_TABLE_BROKEN",
    `${file}, line ${String(line)}: ${BROKEN_QUOTES[error.code] ?? messageOf(error)}`,
    'Put a field that holds a quotation mark in quotes, and double the mark: "say ""hi""".',
  );
}

const UNCLOSED: ReadonlySet<CsvError["code"]> = new Set([
  "CSV_QUOTE_NOT_CLOSED",
  "CSV_MAX_RECORD_SIZE",
]);

const BROKEN_QUOTES: Readonly<Partial<Record<CsvError["code"], string>>> = {
  CSV_MAX_RECORD_SIZE: `this row is longer than ${MOST_RECORD_CHARACTERS} characters: a quotation mark may be left open`,
  CSV_QUOTE_NOT_CLOSED: "a quotation mark of this row is never closed",
  CSV_INVALID_CLOSING_QUOTE: "text follows a closing quotation mark",
  INVALID_OPENING_QUOTE: "a quotation mark stands inside a field that is not quoted",
};

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
