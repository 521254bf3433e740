import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { configJsonSchema, configJsonSchemaText } from "./json-schema.ts";
import { keysAt } from "./known-keys.ts";

test("the published schema is the one of this code", () => {
  const published = readFileSync("schema/pmpo.schema.json", "utf8");
  expect(
    published === configJsonSchemaText(),
    "schema/pmpo.schema.json is out of date: run `npm run build && node scripts/write-schema.mjs`",
  ).toBe(true);
});

test("the schema refuses unknown keys and asks for prompt and data only", () => {
  expect(configJsonSchema()).toMatchObject({
    required: ["prompt", "data"],
    additionalProperties: false,
  });
});

test("every setting has a description", () => {
  const { properties = {} } = configJsonSchema();
  const silent = Object.entries(properties).filter(
    ([, setting]) => typeof setting === "boolean" || setting.description === undefined,
  );
  expect(silent.map(([key]) => key)).toEqual([]);
});

test("keys are found through alternatives and lists", () => {
  const schema = configJsonSchema();
  expect(keysAt(schema, ["prompt", "messages", 0])).toEqual(["role", "content"]);
  expect(keysAt(schema, ["prompt", "layout", "plain"])).toEqual(["input", "target"]);
  expect(keysAt(schema, ["name"])).toEqual([]);
});
