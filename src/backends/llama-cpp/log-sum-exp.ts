import { LOG_SUM_EXP_WASM } from "./log-sum-exp.wasm.ts";

/** What Node brings and its types leave out. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
};

/** The functions of log-sum-exp.wat; rows are multiples of 16 bytes, from address 0 on. */
interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  readonly largest: (bytes: number) => number;
  readonly sumOfExponentials: (bytes: number, largest: number) => number;
}

/** Floats that are added up at a time. */
const LANES = 4;
const PAGE_BYTES = 65_536;

const { memory, largest, sumOfExponentials } = new WebAssembly.Instance(
  new WebAssembly.Module(Buffer.from(LOG_SUM_EXP_WASM, "base64")),
).exports as Exports;

/**
 * Natural logarithm of the sum of exponentials of `logits[start .. start + size)`, without
 * overflow: log p(token) = logits[token] − logSumExp. Within 2e-7 of the exact value; NaN where a
 * logit is.
 */
export function logSumExp(logits: Float32Array, start: number, size: number): number {
  const padded = Math.ceil(size / LANES) * LANES;
  const bytes = padded * Float32Array.BYTES_PER_ELEMENT;
  const missing = Math.ceil((bytes - memory.buffer.byteLength) / PAGE_BYTES);
  if (missing > 0) memory.grow(missing);
  const row = new Float32Array(memory.buffer, 0, padded);
  row.set(logits.subarray(start, start + size));
  row.fill(-Infinity, size);
  const top = largest(bytes);
  return top + Math.log(sumOfExponentials(bytes, top));
}
