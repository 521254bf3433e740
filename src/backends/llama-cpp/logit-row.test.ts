import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import wabt from "wabt";
import { loadRow, logSumExp } from "./logit-row.ts";
import { LOGIT_ROW_WASM } from "./logit-row.wasm.ts";

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

  test("computes what logit-row.wat says", async () => {
    const source = readFileSync(new URL("logit-row.wat", import.meta.url), "utf8");
    const assembled = (await wabt()).parseWat("logit-row.wat", source, { simd: true });
    const bytes = Buffer.from(assembled.toBinary({}).buffer);
    expect(bytes.toString("base64")).toBe(LOGIT_ROW_WASM);
  });
});

describe("the tokens above a floor", () => {
  test("are those whose logits are not below it, in ascending order", () => {
    fc.assert(
      fc.property(logits, fc.integer({ min: -1, max: 59 }), (row, place) => {
        // A floor that is one of the logits, and one below all.
        const floor = row[place] ?? -Infinity;
        const expected = [...row.keys()].filter((token) => (row[token] as number) >= floor);
        expect([...loadRow(row).tokensAbove(floor)]).toEqual(expected);
      }),
    );
  });

  test("hold those of −∞ only below every floor", () => {
    const row = Float32Array.of(-Infinity, 1, -Infinity, 2, -Infinity);
    expect([...loadRow(row).tokensAbove(-1000)]).toEqual([1, 3]);
    expect([...loadRow(row).tokensAbove(-Infinity)]).toEqual([0, 1, 2, 3, 4]);
  });

  test("are a copy, which the next row leaves as it is", () => {
    const first = loadRow(Float32Array.of(3, 1, 2)).tokensAbove(2);
    loadRow(Float32Array.of(9, 9, 9, 9, 9, 9, 9, 9)).tokensAbove(0);
    expect([...first]).toEqual([0, 2]);
  });
});

test("a row of −∞ alone weighs nothing", () => {
  expect(loadRow(Float32Array.of(-Infinity, -Infinity)).sumOfExponentials()).toBe(0);
});
