import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readDataset } from "./read-dataset.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "pmpo-dpo-"));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

/** A test as promptfoo's viewer writes it under "DPO JSON". */
const exported = (country: string, chosen: readonly unknown[], rejected: readonly unknown[]) => ({
  chosen,
  rejected,
  vars: { country, language: "English" },
  providers: ["openai:chat:gpt-4.1", "ollama:llama3"],
  prompts: ["Capital of {{country}}, in {{language}}?", "{{country}}"],
});

async function read(rows: readonly object[]): ReturnType<typeof readDataset> {
  const path = join(folder, "eval-dpo.json");
  await writeFile(path, JSON.stringify(rows, null, 2));
  return readDataset(path, { format: "promptfoo-dpo" });
}

test("outputs that passed are right answers, those that failed rejected ones, variables the inputs", async () => {
  const { examples, fieldNames, leftOut } = await read([
    exported("Peru", ["Lima", "It is Lima.", "Lima"], ["Cusco", "", "Cusco"]),
    exported("Chile", ["Santiago"], ["Lima", "Arica"]),
  ]);
  expect(examples).toEqual([
    {
      id: "1",
      inputs: { country: "Peru", language: "English" },
      target: "Lima",
      accept: ["It is Lima."],
      rejected: ["Cusco"],
    },
    {
      id: "2",
      inputs: { country: "Chile", language: "English" },
      target: "Santiago",
      rejected: ["Lima", "Arica"],
    },
  ]);
  expect(fieldNames).toEqual({ inputs: ["country", "language"], target: "answer" });
  expect(leftOut).toBeUndefined();
});

test("tests without a pair are left out and counted", async () => {
  const pairs = [exported("Peru", ["Lima"], ["Cusco"]), exported("Chile", ["Santiago"], ["Lima"])];
  const none = [exported("Cuba", [], ["Lima"]), exported("Fiji", ["Suva"], [""])];
  const { examples, leftOut } = await read([...none, ...pairs]);
  expect(examples.map(({ id }) => id)).toEqual(["3", "4"]);
  expect(leftOut).toEqual({ rows: 2, because: "every output passed, or none" });
  await expect(read(none)).rejects.toMatchObject({
    message: expect.stringContaining("eval-dpo.json: no examples; at least 2 are needed") as string,
    hint: "Rows left out: 2 (every output passed, or none).",
  });
});

test.each([
  [exported("Cuba", ["Havana"], ["Havana"]), '"Havana" is both a right and a rejected answer'],
  [
    exported("Cuba", ["Havana", { image: 1 }], ["Lima"]),
    'item 2 of field "chosen" is an object; a text is expected',
  ],
  [
    exported("Cuba", ["Havana"], ["[content omitted: 40960 characters]"]),
    'item 1 of field "rejected" is not the output: promptfoo left it out for its length',
  ],
  [{ chosen: ["a"], rejected: ["b"] }, 'the test has no "vars"'],
  [{ vars: { country: "a", language: "b" }, chosen: ["c"] }, 'no field "rejected"'],
  [
    { ...exported("Cuba", ["Havana"], ["Lima"]), vars: { country: "Cuba" } },
    "the test has the variables country, the first one country, language",
  ],
])("a test that cannot be used is refused by file, row and field: %j", async (row, message) => {
  await expect(read([exported("Peru", ["Lima"], ["Cusco"]), row])).rejects.toThrow(
    `eval-dpo.json, row 2: ${message}`,
  );
});
