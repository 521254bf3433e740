/**
 * Assembles src/backends/llama-cpp/logit-row.wat and writes its bytes as a TypeScript module
 * beside it. A test holds the two together.
 *
 *   node scripts/write-wasm.mjs
 */
import { readFileSync, writeFileSync } from "node:fs";
import wabt from "wabt";

const SOURCE = "src/backends/llama-cpp/logit-row.wat";
const MODULE = "src/backends/llama-cpp/logit-row.wasm.ts";

const text = readFileSync(SOURCE, "utf8");
const assembled = (await wabt()).parseWat(SOURCE, text, { simd: true });
const base64 = Buffer.from(assembled.toBinary({}).buffer).toString("base64");
writeFileSync(
  MODULE,
  `/** Written by scripts/write-wasm.mjs from logit-row.wat: the bytes of the assembled module, in base64. */
export const LOGIT_ROW_WASM =
  "${base64}";
`,
);
console.log(MODULE);
