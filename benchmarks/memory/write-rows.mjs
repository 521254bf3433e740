import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { parquetWriteFile } from "hyparquet-writer";
import { createRandom } from "pmpo";

const WORDS = "order parcel invoice refund late broken colour size thanks please when where".split(
  " ",
);
const ANSWERS = ["order", "refund", "question"];
const PIECE_ROWS = 10_000;

/** Writes that many rows of input (about 200 characters) and target, as customers might write them. */
export async function writeRows(path, format, rows) {
  if (format === "parquet") return writeParquet(path, rows);
  const pieces = Readable.from(piecesOf(rows, format.startsWith("csv") ? csvLine : jsonLine));
  const packing = format.endsWith(".gz") ? [createGzip({ level: 1 })] : [];
  await pipeline(pieces, ...packing, createWriteStream(path));
}

function* piecesOf(rows, lineOf) {
  if (lineOf === csvLine) yield "input,target\n";
  const row = rowMaker();
  for (let done = 0; done < rows; done += PIECE_ROWS) {
    const count = Math.min(PIECE_ROWS, rows - done);
    yield Array.from({ length: count }, () => lineOf(row())).join("");
  }
}

function rowMaker() {
  const random = createRandom(0, "rows");
  return () => ({
    input: Array.from({ length: 30 }, () => random.pick(WORDS)).join(" "),
    target: random.pick(ANSWERS),
  });
}

const csvLine = ({ input, target }) => `"${input}",${target}\n`;
const jsonLine = (row) => `${JSON.stringify(row)}\n`;

function writeParquet(filename, rows) {
  const row = rowMaker();
  const made = Array.from({ length: rows }, row);
  parquetWriteFile({
    filename,
    // As pandas and polars write it: hundreds of thousands of rows in a group.
    rowGroupSize: 500_000,
    columnData: ["input", "target"].map((name) => ({
      name,
      data: made.map((one) => one[name]),
      type: "STRING",
    })),
  });
}
