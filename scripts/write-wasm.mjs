/**
 * Assembles src/backends/llama-cpp/log-sum-exp.wat and writes its bytes as a TypeScript module
 * beside it. A test holds the two together.
 *
 *   node scripts/write-wasm.mjs
 */
import { readFileSync, writeFileSync } from "node:fs";
import wabt from "wabt";

const SOURCE = "src/backends/llama-cpp/log-sum-exp.wat";
const MODULE = "src/backends/llama-cpp/log-sum-exp.wasm.ts";

const text = readFileSync(SOURCE, "utf8");
const assembled = (await wabt()).parseWat(SOURCE, text, { simd: true });
const base64 = Buffer.from(assembled.toBinary({}).buffer).toString("base64");
writeFileSync(
  MODULE,
  `/** Written by scripts/write-wasm.mjs from log-sum-exp.wat: the bytes of the assembled module, in base64. */
export const LOG_SUM_EXP_WASM =
  "${base64}";
`,
);
console.log(MODULE);
