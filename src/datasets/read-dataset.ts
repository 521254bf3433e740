import type { Dataset } from "../core/example.ts";
import { createRandom } from "../core/random.ts";
import { checkExample, checkExamples, type ReadExample } from "./check-examples.ts";
import { formatReader, type FormatReader } from "./format-readers.ts";
import { resolveFormat } from "./formats.ts";
import type { FieldMapping } from "./mapped-rows.ts";
import { readRows } from "./read-rows.ts";
import { createReservoir } from "./reservoir.ts";
import type { Row } from "./row.ts";

/** A data set that lies in several files, one after another. */
export interface DatasetFiles {
  /** As the user calls it. */
  readonly name: string;
  readonly paths: readonly string[];
}

/** How to read a file of examples, where its name and its fields do not say it. */
export interface ReadDatasetOptions {
  /** One of DATA_FORMATS; by default the one that the file's ending names. */
  readonly format?: string | undefined;
  /** Only for formats without fields of their own. */
  readonly fields?: FieldMapping | undefined;
  /** Of more rows than these, a uniform sample is kept. Default: all are kept. */
  readonly sample?: { readonly rows: number; readonly seed: number } | undefined;
  /** Fewer examples are an error. Default 2: one to learn from and one to test on. */
  readonly minimumExamples?: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads a data set, or says which file, row and field cannot be used. Every row is checked; same
 * files, same sample and seed: same examples.
 */
export async function readDataset(
  source: string | DatasetFiles,
  options: ReadDatasetOptions = {},
): Promise<Dataset> {
  const { name, paths } = typeof source === "string" ? { name: source, paths: [source] } : source;
  const { format, container } = resolveFormat(paths[0] ?? name, options.format);
  const reader = await formatReader(format, options.fields);
  const pieces = rowsOf(paths, (path) => readRows(path, container, format));
  const { kept, usableRows, leftOutRows } = await keepSample(pieces, reader, options);
  const { examples = kept, ...said } = reader.complete?.(kept) ?? {};
  const leftOut = { rows: leftOutRows, because: reader.leftOutBecause ?? "" };
  checkExamples(name, examples, options.minimumExamples ?? 2, leftOut);
  const seed = options.sample?.seed ?? 0;
  return {
    examples: examples.map(({ example }) => example),
    fieldNames: reader.fieldNames,
    ...said,
    ...(leftOutRows > 0 ? { leftOut } : {}),
    ...(usableRows > kept.length ? { sampled: { fromRows: usableRows, seed } } : {}),
  };
}

interface KeptSample {
  readonly kept: readonly ReadExample[];
  readonly usableRows: number;
  readonly leftOutRows: number;
}

/** Reads and checks every row, and keeps the sample. */
async function keepSample(
  pieces: AsyncIterable<readonly Row[]>,
  reader: FormatReader,
  { sample, signal }: ReadDatasetOptions,
): Promise<KeptSample> {
  const { rows: most = Number.POSITIVE_INFINITY, seed = 0 } = sample ?? {};
  const reservoir = createReservoir<ReadExample>(most, createRandom(seed, "sample"));
  let leftOutRows = 0;
  for await (const rows of pieces) {
    signal?.throwIfAborted();
    for (const row of rows) {
      const read = readRow(row, reader);
      if (read === null) leftOutRows++;
      else reservoir.add(read);
    }
  }
  return { kept: reservoir.kept(), usableRows: reservoir.seen, leftOutRows };
}

function readRow(row: Row, reader: FormatReader): ReadExample | null {
  const example = reader.read(row);
  if (example === null) return null;
  const { file, place, isTable } = row;
  // The fields themselves may be large, pictures say: they are not kept.
  const read = { row: { file, place, isTable }, example };
  checkExample(read, reader.fieldNames.target);
  return read;
}

/** The rows of several files; their numbers go on from file to file. */
async function* rowsOf(
  paths: readonly string[],
  read: (path: string) => AsyncIterable<readonly Row[]>,
): AsyncGenerator<readonly Row[]> {
  let before = 0;
  for (const path of paths) {
    const start = before;
    for await (const rows of read(path)) {
      before = start + (rows.at(-1)?.number ?? before - start);
      yield start === 0 ? rows : rows.map((row) => ({ ...row, number: start + row.number }));
    }
  }
}
