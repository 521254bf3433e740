import { ReplyProblem } from "./scoring-api.ts";

/** NumPy's file format of an array: a magic word, a version, the header's length, the header. */
const MAGIC = "\u0093NUMPY";
const HEADER_LENGTH_AT = MAGIC.length + 2;
const FLOAT_BYTES = 4;

/**
 * A column of float32 numbers out of a base64 text that holds a `.npy` array of shape [rows, 1].
 * Throws ReplyProblem for any other.
 */
export function readColumn(base64: string): Float64Array {
  const file = Buffer.from(base64, "base64");
  const headerLength = file.length < HEADER_LENGTH_AT + 4 ? 0 : headerLengthOf(file);
  const headerAt = HEADER_LENGTH_AT + (file[MAGIC.length] === 1 ? 2 : 4);
  const header = file.toString("latin1", headerAt, headerAt + headerLength);
  const rows = Number(/'shape': \((\d+), 1\)/.exec(header)?.[1]);
  const data = file.subarray(headerAt + headerLength);
  if (
    file.toString("latin1", 0, MAGIC.length) !== MAGIC ||
    !header.includes("'descr': '<f4'") ||
    data.length !== rows * FLOAT_BYTES
  ) {
    throw new ReplyProblem(
      "the log-probabilities are no column of 32-bit numbers in NumPy's format",
    );
  }
  return Float64Array.from({ length: rows }, (_, row) => data.readFloatLE(row * FLOAT_BYTES));
}

function headerLengthOf(file: Buffer): number {
  return file[MAGIC.length] === 1
    ? file.readUInt16LE(HEADER_LENGTH_AT)
    : file.readUInt32LE(HEADER_LENGTH_AT);
}
