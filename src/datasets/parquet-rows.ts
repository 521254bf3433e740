import {
  type AsyncBuffer,
  asyncBufferFromFile,
  type FileMetaData,
  parquetMetadataAsync,
  parquetReadObjects,
  type ParquetParsers,
} from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { dataError, messageOf, PmpoError } from "../core/errors.ts";
import { columnConverters, plainValue } from "./parquet-values.ts";
import type { Row } from "./row.ts";
import { fileStat } from "./text-file.ts";

/** About what the rows of one step take in memory, uncompressed. */
const STEP_BYTES = 1 << 25;
const MOST_STEP_ROWS = 20_000;

/**
 * The rows of a Parquet file, piece by piece. A few thousand rows are held at a time; where the file has no index of
 * its pages, the compressed columns of one row group too.
 */
export async function* readParquetRows(path: string): AsyncGenerator<readonly Row[]> {
  const { size } = await fileStat(path);
  if (size === 0) {
    throw dataError(
      "DATA_FILE_EMPTY",
      `${path}: the file is empty`,
      "Put one example in each row.",
    );
  }
  const file = await asyncBufferFromFile(path);
  const metadata = await parquetMetadataAsync(file).catch((error: unknown) => {
    throw broken(path, "its description", error);
  });
  const converters = columnConverters(metadata);
  for (const { start, end } of steps(metadata)) {
    const records = await readStep(file, metadata, start, end).catch((error: unknown) => {
      throw broken(path, `rows ${start + 1} to ${end}`, error);
    });
    yield records.map((record, index) => {
      const number = start + index + 1;
      const values = Object.fromEntries(
        Object.entries(record).map(([name, value]) => [
          name,
          (converters.get(name) ?? plainValue)(value),
        ]),
      );
      return { file: path, place: `row ${number}`, number, values, isTable: false };
    });
  }
}

interface Step {
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
}

/** Ranges of rows that lie in one row group each and fit in memory. */
function* steps(metadata: FileMetaData): Generator<Step> {
  let groupStart = 0;
  for (const group of metadata.row_groups) {
    const groupRows = Number(group.num_rows);
    const rowBytes = Number(group.total_byte_size) / Math.max(1, groupRows);
    const fitting = Math.floor(STEP_BYTES / Math.max(1, rowBytes));
    const rows = Math.max(1, Math.min(MOST_STEP_ROWS, fitting));
    for (let start = 0; start < groupRows; start += rows) {
      yield { start: groupStart + start, end: groupStart + Math.min(groupRows, start + rows) };
    }
    groupStart += groupRows;
  }
}

function readStep(
  file: AsyncBuffer,
  metadata: FileMetaData,
  rowStart: number,
  rowEnd: number,
): Promise<Record<string, unknown>[]> {
  return parquetReadObjects({
    file,
    metadata,
    rowStart,
    rowEnd,
    compressors,
    parsers: PARSERS,
    useOffsetIndex: true,
  });
}

const UTF8 = new TextDecoder("utf-8", { fatal: true });

const PARSERS: Partial<ParquetParsers> = {
  dateFromDays: (days) => new Date(days * 86_400_000).toISOString().slice(0, 10),
  /** Pictures and other bytes that are no text stay bytes: they matter only where a field names them. */
  stringFromBytes: (bytes) => {
    try {
      return UTF8.decode(bytes);
    } catch {
      return bytes;
    }
  },
};

function broken(path: string, what: string, error: unknown): PmpoError {
  if (error instanceof PmpoError) return error;
  return dataError(
    "DATA_PARQUET_BROKEN",
    `${path}: ${what} cannot be read as Parquet (${messageOf(error)})`,
    "Is the file whole?",
  );
}
