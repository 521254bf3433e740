import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import wabt from "wabt";
import { logSumExp } from "./log-sum-exp.ts";
import { LOG_SUM_EXP_WASM } from "./log-sum-exp.wasm.ts";

const logits = fc
  .array(fc.float({ min: -100, max: 100, noNaN: true }), { minLength: 1, maxLength: 60 })
  .map((values) => Float32Array.from(values));

/** The same in double precision. */
function exactly(row: Float32Array): number {
  const largest = row.reduce((most, logit) => Math.max(most, logit), -Infinity);
  return largest + Math.log(row.reduce((sum, logit) => sum + Math.exp(logit - largest), 0));
}

describe("logSumExp", () => {
  test("is exact to seven digits", () => {
    fc.assert(
      fc.property(logits, (row) => {
        expect(Math.abs(logSumExp(row, 0, row.length) - exactly(row))).toBeLessThan(2e-7);
      }),
    );
  });

  test("adds up a whole vocabulary without losing digits", () => {
    const row = Float32Array.from({ length: 150_001 }, (_, token) => 9 * Math.sin(token) - 12);
    expect(logSumExp(row, 0, row.length)).toBeCloseTo(exactly(row), 7);
  });

  test("neither overflows nor underflows", () => {
    expect(logSumExp(Float32Array.of(2000, 2000), 0, 2)).toBeCloseTo(2000 + Math.LN2, 7);
    expect(logSumExp(Float32Array.of(-2000, -2000), 0, 2)).toBeCloseTo(-2000 + Math.LN2, 7);
    expect(logSumExp(Float32Array.of(0, -Infinity), 0, 2)).toBeCloseTo(0, 7);
  });

  test("reads only the row that it is given", () => {
    expect(logSumExp(Float32Array.of(50, 1, 1, 50), 1, 2)).toBeCloseTo(1 + Math.LN2, 7);
  });

  test("says so when a logit is no number", () => {
    expect(logSumExp(Float32Array.of(0, Number.NaN), 0, 2)).toBeNaN();
    expect(logSumExp(Float32Array.of(0, 1, 2, 3, Infinity), 0, 5)).toBeNaN();
  });

  test("computes what log-sum-exp.wat says", async () => {
    const source = readFileSync(new URL("log-sum-exp.wat", import.meta.url), "utf8");
    const assembled = (await wabt()).parseWat("log-sum-exp.wat", source, { simd: true });
    const bytes = Buffer.from(assembled.toBinary({}).buffer);
    expect(bytes.toString("base64")).toBe(LOG_SUM_EXP_WASM);
  });
});
