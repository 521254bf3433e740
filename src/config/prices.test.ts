import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import type { Config } from "./config.ts";
import { parseConfig } from "./parse-config.ts";

const FOLDER = resolve("/tasks/router");
const pricesOf = (written: string): Config["prices"] =>
  parseConfig(`prompt: Sort it.\ndata: data.jsonl\nprices: ${written}\n`, join(FOLDER, "pmpo.yaml"))
    .prices;

test("a price table names its currency and models as the other settings do", () => {
  expect(
    pricesOf("{ currency: EUR, models: { ./m.gguf: { input: 1, output: 2 } }, machineHour: 0.5 }"),
  ).toEqual({
    currency: "EUR",
    models: { [join(FOLDER, "m.gguf")]: { input: 1, cachedInput: null, output: 2 } },
    machineHour: 0.5,
  });
});

test("mistakes in a price are told by their field", () => {
  expect(() => pricesOf("{ models: { gpt: { inputs: 1, output: -1 } } }")).toThrow(
    /prices\.models\.gpt\.input: missing[^]*prices\.models\.gpt\.inputs: unknown key; did you mean "input"\?[^]*prices\.models\.gpt\.output: expected at least 0, got -1/,
  );
});
