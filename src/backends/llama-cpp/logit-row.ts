import { LOGIT_ROW_WASM } from "./logit-row.wasm.ts";

/** What Node brings and its types leave out. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
};

/** The functions of logit-row.wat; rows are multiples of 16 bytes, from address 0 on. */
interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  readonly largest: (bytes: number) => number;
  readonly sumOfExponentials: (bytes: number, largest: number) => number;
  readonly placesAbove: (bytes: number, floor: number) => number;
}

/** Floats that are added up at a time. */
const LANES = 4;
const PAGE_BYTES = 65_536;

const { memory, largest, sumOfExponentials, placesAbove } = new WebAssembly.Instance(
  new WebAssembly.Module(Buffer.from(LOGIT_ROW_WASM, "base64")),
).exports as Exports;

/**
 * Natural logarithm of the sum of exponentials of `logits[start .. start + size)`, without
 * overflow: log p(token) = logits[token] − logSumExp. Within 2e-7 of the exact value; NaN where a
 * logit is.
 */
export function logSumExp(logits: Float32Array, start: number, size: number): number {
  const row = loadRow(logits.subarray(start, start + size));
  return row.largest + Math.log(row.sumOfExponentials());
}

/** Questions about a row of logits. To be asked before the next row is loaded. */
export interface LogitRow {
  /** NaN where one of them is. */
  readonly largest: number;
  /** Of e^(logit − largest); 0 where all logits are −∞. */
  sumOfExponentials(): number;
  /** Tokens with logits that are not below the floor, in ascending order. */
  tokensAbove(floor: number): Int32Array;
}

/** Takes over a copy of a row of at least one logit. */
export function loadRow(logits: Float32Array): LogitRow {
  const { length } = logits;
  const padded = Math.ceil(length / LANES) * LANES;
  const bytes = padded * Float32Array.BYTES_PER_ELEMENT;
  // The row, and as many places behind it.
  const missing = Math.ceil((2 * bytes - memory.buffer.byteLength) / PAGE_BYTES);
  if (missing > 0) memory.grow(missing);
  const row = new Float32Array(memory.buffer, 0, padded);
  row.set(logits);
  row.fill(-Infinity, length);
  const top = largest(bytes);
  return {
    largest: top,
    sumOfExponentials: () => (top === -Infinity ? 0 : sumOfExponentials(bytes, top)),
    tokensAbove: (floor) => {
      const places = new Int32Array(memory.buffer, bytes, placesAbove(bytes, floor));
      // What fills up the last four is above −∞ too.
      return places.slice(0, places.length - Math.max(0, (places.at(-1) ?? 0) - (length - 1)));
    },
  };
}
