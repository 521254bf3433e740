import { readSync } from "node:fs";
import { modelError, type PmpoError } from "../core/errors.ts";

const CHUNK_BYTES = 256 * 1024;
/** Longer than any chat template; a longer length can only come from a damaged or hostile file. */
const MAX_STRING_BYTES = 16 * 1024 * 1024;
/** Beyond any file; what is shorter but passes the end of this one says that it is truncated. */
const MAX_LENGTH = 2 ** 42;

/** A file whose header says something impossible. */
export function damaged(name: string, what: string): PmpoError {
  return modelError("MODEL_DAMAGED", `${name} is a damaged GGUF file: ${what}`, {
    hint: "Fetch the file again, or take another one.",
  });
}

/** A file that ends before what its header announces. */
export function truncated(name: string, sizeBytes: number, needed: string): PmpoError {
  return modelError("MODEL_TRUNCATED", `${name} is truncated: ${sizeBytes} of ${needed} bytes`, {
    hint: "The copy or download did not finish; fetch the file again.",
  });
}

/** Reads the numbers and strings of a GGUF header in order, through a small window of the file. */
export class GgufCursor {
  /** What errors call the file. */
  readonly name: string;
  readonly sizeBytes: number;
  position = 0;
  readonly #file: number;
  #window: Buffer = Buffer.alloc(0);
  #windowStart = 0;

  constructor(name: string, file: number, sizeBytes: number) {
    this.name = name;
    this.sizeBytes = sizeBytes;
    this.#file = file;
  }

  /** Moves on without reading; past the end of the file it is truncated. */
  skip(bytes: number): void {
    this.#need(bytes);
    this.position += bytes;
  }

  bytes(count: number): Buffer {
    this.#need(count);
    let from = this.position - this.#windowStart;
    if (from < 0 || from + count > this.#window.length) {
      this.#window = Buffer.alloc(
        Math.min(Math.max(count, CHUNK_BYTES), this.sizeBytes - this.position),
      );
      const read = readSync(this.#file, this.#window, 0, this.#window.length, this.position);
      if (read < count) throw truncated(this.name, this.position + read, "more");
      this.#window = this.#window.subarray(0, read);
      this.#windowStart = this.position;
      from = 0;
    }
    this.position += count;
    return this.#window.subarray(from, from + count);
  }

  u32(): number {
    return this.bytes(4).readUInt32LE();
  }

  u64(): number | bigint {
    const value = this.bytes(8).readBigUInt64LE();
    return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;
  }

  /** A 64-bit count or length that some file could really have. */
  length(what: string): number {
    const value = this.u64();
    if (typeof value === "bigint" || value > MAX_LENGTH) {
      throw damaged(this.name, `${what} of ${value}`);
    }
    return value;
  }

  string(): string {
    const length = this.length("a text length");
    if (length > MAX_STRING_BYTES) throw damaged(this.name, `a text of ${length} bytes`);
    return this.bytes(length).toString("utf8");
  }

  #need(bytes: number): void {
    const needed = this.position + bytes;
    if (needed > this.sizeBytes) throw truncated(this.name, this.sizeBytes, `at least ${needed}`);
  }
}
