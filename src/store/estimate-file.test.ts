import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { Range, RunEstimate } from "../core/estimate.ts";
import { keepEstimate, keptEstimate, readRunEstimate, writeRunEstimate } from "./estimate-file.ts";

const folder = mkdtempSync(join(tmpdir(), "pmpo-estimate-file-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const range: Range = { least: 1, expected: 2, most: 3 };
const ESTIMATE: RunEstimate = {
  model: "m",
  simulations: 5,
  begun: { iterations: 1, requestedTokens: 9, evaluatedTokens: 8, generatedTokens: 3 },
  start: { requestedTokens: 7, evaluatedTokens: 5 },
  iterations: range,
  candidates: range,
  requestedTokens: range,
  evaluatedTokens: range,
  generatedTokens: range,
  seconds: range,
  money: null,
};

test("an estimate is found under its key only, and the newest of a key", () => {
  keepEstimate(folder, "one", ESTIMATE);
  const newer = { ...ESTIMATE, simulations: 9 };
  keepEstimate(folder, "one", newer);
  expect(keptEstimate(folder, "one")).toEqual(newer);
  expect(keptEstimate(folder, "other")).toBeNull();
});

test("a damaged estimate is as good as none", () => {
  writeRunEstimate(folder, ESTIMATE);
  expect(readRunEstimate(folder)).toEqual(ESTIMATE);
  writeFileSync(join(folder, "estimate.json"), '{"model": "m"');
  expect(readRunEstimate(folder)).toBeNull();
  writeFileSync(join(folder, "estimate.json"), '{"model": "m"}');
  expect(readRunEstimate(folder)).toBeNull();
});
