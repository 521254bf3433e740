import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { modelError, type PmpoError } from "../core/errors.ts";
import { damaged, GgufCursor, truncated } from "./gguf-cursor.ts";
import { FILE_TYPES, TENSOR_TYPES } from "./gguf-types.ts";

/** The length of an array in the metadata; its elements are skipped. */
interface GgufArray {
  readonly arrayLength: number;
}

type GgufValue = string | number | bigint | boolean | GgufArray;

/** What a GGUF file says about itself before its weights. */
export interface GgufHeader {
  readonly version: number;
  /** `general.architecture`: `llama`, `qwen2`, `gemma3`. */
  readonly architecture: string;
  readonly name: string | null;
  /** Number format of most tensors: `Q8_0`, `F16`; null where the file does not say. */
  readonly fileType: string | null;
  readonly chatTemplate: string | null;
  readonly contextTokens: number | null;
  readonly slidingWindowTokens: number | null;
  readonly metadata: ReadonlyMap<string, GgufValue>;
  readonly parameters: number;
  readonly tensorCount: number;
  readonly sizeBytes: number;
  /** The size of the file when whole, at least: the end of its last tensor. */
  readonly requiredBytes: number;
}

const MAGIC = "GGUF";
const MAX_DIMENSIONS = 4;
const MAX_ARRAY_DEPTH = 4;
const DEFAULT_ALIGNMENT_BYTES = 32;
/** No known shard, name or template needs more; guards the memory that a hostile header can ask for. */
const MAX_ENTRIES = 1_000_000;

/** Bytes of the fixed-size metadata types by their number; 8 is a string and 9 an array. */
const SCALAR_BYTES: ReadonlyMap<number, number> = new Map([
  [0, 1],
  [1, 1],
  [2, 2],
  [3, 2],
  [4, 4],
  [5, 4],
  [6, 4],
  [7, 1],
  [10, 8],
  [11, 8],
  [12, 8],
]);
const STRING_TYPE = 8;
const ARRAY_TYPE = 9;

/**
 * Reads the header of a GGUF file (version 2 or 3) without loading weights; refuses what is none or
 * is cut short. Errors call the file `name`.
 */
export function readGgufHeader(path: string, name: string = path): GgufHeader {
  const file = openSync(path, "r");
  try {
    const { size } = fstatSync(file);
    checkMagic(name, file, size);
    const header = parse(new GgufCursor(name, file, size));
    if (size < header.requiredBytes) throw truncated(name, size, String(header.requiredBytes));
    return header;
  } finally {
    closeSync(file);
  }
}

function checkMagic(name: string, file: number, size: number): void {
  const start = Buffer.alloc(Math.min(size, MAGIC.length));
  readSync(file, start, 0, start.length, 0);
  if (start.toString("latin1") === MAGIC) return;
  throw notGguf(name, size === 0 ? "it is empty" : 'it does not begin with "GGUF"');
}

function notGguf(name: string, reason: string): PmpoError {
  return modelError("MODEL_NOT_GGUF", `${name} is no GGUF file: ${reason}`, {
    hint: "pmpo runs models in the GGUF format; look for a file that ends in .gguf.",
  });
}

function parse(cursor: GgufCursor): GgufHeader {
  cursor.skip(MAGIC.length);
  const version = readVersion(cursor);
  const tensorCount = cursor.length("a tensor count");
  const entryCount = cursor.length("a metadata count");
  if (tensorCount > MAX_ENTRIES || entryCount > MAX_ENTRIES) {
    throw damaged(cursor.name, `${tensorCount} tensors and ${entryCount} metadata entries`);
  }
  const metadata = new Map<string, GgufValue>();
  for (let index = 0; index < entryCount; index++) {
    const key = cursor.string();
    metadata.set(key, readValue(cursor, cursor.u32(), 0));
  }
  const tensors = readTensors(cursor, tensorCount);
  const alignment = numberOf(metadata, "general.alignment") ?? DEFAULT_ALIGNMENT_BYTES;
  if (!Number.isInteger(alignment) || alignment < 1 || alignment > 2 ** 20) {
    throw damaged(cursor.name, `an alignment of ${alignment} bytes`);
  }
  const dataStart = Math.ceil(cursor.position / alignment) * alignment;
  const architecture = textOf(metadata, "general.architecture");
  if (architecture === null) throw damaged(cursor.name, "general.architecture is missing");
  const fileType = numberOf(metadata, "general.file_type");
  return {
    version,
    architecture,
    name: textOf(metadata, "general.name"),
    fileType: fileType === null ? null : (FILE_TYPES.get(fileType) ?? `type ${fileType}`),
    chatTemplate: textOf(metadata, "tokenizer.chat_template"),
    contextTokens: numberOf(metadata, `${architecture}.context_length`),
    slidingWindowTokens: numberOf(metadata, `${architecture}.attention.sliding_window`),
    metadata,
    parameters: tensors.parameters,
    tensorCount,
    sizeBytes: cursor.sizeBytes,
    requiredBytes: tensorCount === 0 ? cursor.position : dataStart + tensors.endBytes,
  };
}

function readVersion(cursor: GgufCursor): number {
  const bytes = cursor.bytes(4);
  const version = bytes.readUInt32LE();
  if (version === 2 || version === 3) return version;
  const swapped = bytes.readUInt32BE();
  const reason =
    swapped === 2 || swapped === 3
      ? "it is in big-endian byte order"
      : `it has version ${version}; 2 and 3 can be read`;
  throw modelError("MODEL_GGUF_VERSION", `${cursor.name} cannot be read: ${reason}`, {
    hint: "Convert it with a current llama.cpp, or take another file of the same model.",
  });
}

function readValue(cursor: GgufCursor, type: number, depth: number): GgufValue {
  switch (type) {
    case 0:
      return cursor.bytes(1).readUInt8();
    case 1:
      return cursor.bytes(1).readInt8();
    case 2:
      return cursor.bytes(2).readUInt16LE();
    case 3:
      return cursor.bytes(2).readInt16LE();
    case 4:
      return cursor.u32();
    case 5:
      return cursor.bytes(4).readInt32LE();
    case 6:
      return cursor.bytes(4).readFloatLE();
    case 7:
      return cursor.bytes(1).readUInt8() !== 0;
    case STRING_TYPE:
      return cursor.string();
    case ARRAY_TYPE:
      return skipArray(cursor, depth);
    case 10:
      return cursor.u64();
    case 11:
      return Number(cursor.bytes(8).readBigInt64LE());
    case 12:
      return cursor.bytes(8).readDoubleLE();
    default:
      throw damaged(cursor.name, `a metadata entry of unknown type ${type}`);
  }
}

function skipArray(cursor: GgufCursor, depth: number): GgufArray {
  if (depth >= MAX_ARRAY_DEPTH) throw damaged(cursor.name, "arrays nested too deep");
  const elementType = cursor.u32();
  const arrayLength = cursor.length("an array length");
  const scalarBytes = SCALAR_BYTES.get(elementType);
  if (scalarBytes !== undefined) {
    cursor.skip(scalarBytes * arrayLength);
  } else if (elementType === STRING_TYPE) {
    for (let index = 0; index < arrayLength; index++) cursor.skip(cursor.length("a text length"));
  } else if (elementType === ARRAY_TYPE) {
    for (let index = 0; index < arrayLength; index++) skipArray(cursor, depth + 1);
  } else {
    throw damaged(cursor.name, `an array of unknown type ${elementType}`);
  }
  return { arrayLength };
}

function readTensors(
  cursor: GgufCursor,
  count: number,
): { readonly parameters: number; readonly endBytes: number } {
  let parameters = 0;
  let endBytes = 0;
  for (let index = 0; index < count; index++) {
    const name = cursor.string();
    const dimensions = cursor.u32();
    if (dimensions > MAX_DIMENSIONS) {
      throw damaged(cursor.name, `tensor "${name}" has ${dimensions} dimensions`);
    }
    let elements = 1;
    for (let dimension = 0; dimension < dimensions; dimension++) {
      elements *= Number(cursor.u64());
    }
    const type = TENSOR_TYPES.get(cursor.u32());
    const offset = Number(cursor.u64());
    // Of an unknown type only the start is known, so the file must at least reach it.
    const bytes = type === undefined ? 0 : (elements / type.blockElements) * type.blockBytes;
    if (!Number.isSafeInteger(offset + bytes)) {
      throw damaged(cursor.name, `tensor "${name}" has an impossible size`);
    }
    parameters += elements;
    endBytes = Math.max(endBytes, offset + bytes);
  }
  return { parameters, endBytes };
}

function textOf(metadata: ReadonlyMap<string, GgufValue>, key: string): string | null {
  const value = metadata.get(key);
  return typeof value === "string" ? value : null;
}

function numberOf(metadata: ReadonlyMap<string, GgufValue>, key: string): number | null {
  const value = metadata.get(key);
  return typeof value === "number" ? value : null;
}
