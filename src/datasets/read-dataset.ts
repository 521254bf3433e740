import type { Dataset } from "../core/example.ts";
import { createRandom } from "../core/random.ts";
import { checkExample, checkExamples, type ReadExample } from "./check-examples.ts";
import { formatReader } from "./format-readers.ts";
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
}

/**
 * Reads a data set, or says which file, row and field cannot be used. Every row is checked; same
 * files, same sample and seed: same examples.
 */
export async function readDataset(
  source: string | DatasetFiles,
  { format: formatName, fields, sample, minimumExamples = 2 }: ReadDatasetOptions = {},
): Promise<Dataset> {
  const { name, paths } = typeof source === "string" ? { name: source, paths: [source] } : source;
  const { format, container } = resolveFormat(paths[0] ?? name, formatName);
  const reader = formatReader(format, fields);
  const { rows: most = Number.POSITIVE_INFINITY, seed = 0 } = sample ?? {};
  const reservoir = createReservoir<ReadExample>(most, createRandom(seed, "sample"));
  let leftOutRows = 0;
  for await (const rows of rowsOf(paths, (path) => readRows(path, container, format))) {
    for (const row of rows) {
      const example = reader.read(row);
      if (example === null) leftOutRows++;
      else {
        const read = { row, example };
        checkExample(read, reader.fieldNames.target);
        reservoir.add(read);
      }
    }
  }
  const kept = reservoir.kept();
  const { examples = kept, ...said } = reader.complete?.(kept) ?? {};
  // What the rows say together may have given them options.
  if (examples !== kept) {
    for (const read of examples) checkExample(read, reader.fieldNames.target);
  }
  const leftOut = { rows: leftOutRows, because: reader.leftOutBecause ?? "" };
  checkExamples(name, examples, minimumExamples, leftOut);
  return {
    examples: examples.map(({ example }) => example),
    fieldNames: reader.fieldNames,
    ...said,
    ...(leftOutRows > 0 ? { leftOut } : {}),
    ...(reservoir.seen > most ? { sampled: { fromRows: reservoir.seen, seed } } : {}),
  };
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
