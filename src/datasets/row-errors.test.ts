import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PmpoError } from "../core/errors.ts";
import { readDataset, type ReadDatasetOptions } from "./read-dataset.ts";

let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "pmpo-row-errors-"));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

interface Refusal {
  readonly kind: string;
  readonly code: string;
  readonly message: string;
  readonly hint: string | undefined;
}

async function refusalOf(
  name: string,
  content: string,
  options?: ReadDatasetOptions,
): Promise<Refusal> {
  const path = join(folder, name);
  await writeFile(path, content);
  try {
    await readDataset(path, options);
  } catch (error) {
    if (!(error instanceof PmpoError)) throw error;
    const { kind, code, message, hint } = error;
    return { kind, code, message: message.replace(path, name), hint };
  }
  throw new Error(`${name} was read`);
}

const ROW = '{"input":"a","target":"b"}';

describe("rows that cannot be used", () => {
  test("a field with a name nearly right", async () => {
    expect(await refusalOf("typo.jsonl", `${ROW}\n{"input":"c","tarket":"d"}`)).toEqual({
      kind: "data",
      code: "DATA_FIELD_MISSING",
      message: 'typo.jsonl, line 2: no field "target"; did you mean "tarket"?',
      hint: 'The row has "input", "tarket". Say which of them are the inputs and which is the target: `fields` in the task file, --input-field and --target-field on the command line.',
    });
  });

  test("a field that is not there, in a table", async () => {
    expect(await refusalOf("none.csv", "review,label\na,b\nc,d\n")).toEqual({
      kind: "data",
      code: "DATA_FIELD_MISSING",
      message: 'none.csv, row 1 (line 2): no field "input"',
      hint: 'The row has "review", "label". Say which of them are the inputs and which is the target: `fields` in the task file, --input-field and --target-field on the command line.',
    });
  });

  test.each([
    ["chat.jsonl", '{"messages":[]}', "format: openai-messages"],
    ["pairs.jsonl", '{"prompt":"a","chosen":"b","rejected":"c"}', "format: preference"],
    ["semi.csv", "input;target\na;b\nc;d\n", "parted by semicolons"],
  ])("of %s, which is of another format, the hint names it", async (name, content, hint) => {
    const refused = (await refusalOf(name, content)) as { readonly hint: string };
    expect(refused.hint).toContain(hint);
  });

  test("a mapped id that only some rows have", async () => {
    const content = '{"input":"a","target":"b","key":"1"}\n{"input":"a","target":"b"}';
    expect(await refusalOf("key.jsonl", content, { fields: { id: "key" } })).toMatchObject({
      message: 'key.jsonl, line 2: no field "key"',
    });
  });

  test.each([
    ['{"input":null,"target":"b"}', 'field "input" is null; a text is expected'],
    ['{"input":"a","target":{"b":1}}', 'field "target" is an object; a text is expected'],
    ['{"input":["a"],"target":"b"}', 'field "input" is a list; a text is expected'],
    [
      '{"input":"a","target":"b","options":"b|c"}',
      'field "options" is a text; a list of texts is expected',
    ],
    [
      '{"input":"a","target":"b","options":["b",null]}',
      'item 2 of field "options" is null; a text is expected',
    ],
    [
      '{"input":"a","target":12345678901234567890}',
      'field "target" is a number too large to be read exactly',
    ],
    ['{"input":"a","target":"  "}', 'field "target" is empty'],
    ['{"input":"a","target":"b","id":""}', "the id is empty"],
    ['{"input":"a","target":"b","accept":[""]}', 'field "accept" holds an empty answer'],
    ['{"input":"a","target":"b","options":["b",""]}', 'one of field "options" is empty'],
    ['{"input":"a","target":"b","options":["b"]}', "one option only; a choice needs at least two"],
    ['{"input":"a","target":"b","options":["b","c","b"]}', 'the options hold "b" twice'],
  ])("%s", async (row, message) => {
    const { kind, message: got } = await refusalOf("row.jsonl", `${ROW}\n${row}`);
    expect([kind, got]).toEqual(["data", `row.jsonl, line 2: ${message}`]);
  });

  test("nothing, an object or a list in YAML", async () => {
    const row = "- input: a\n  target: b\n";
    expect((await refusalOf("n.yaml", `${row}- input: c\n  target:\n`)).message).toBe(
      'n.yaml, row 2 (line 3): field "target" is null; a text is expected',
    );
    expect((await refusalOf("n.yaml", `${row}- input: { c: d }\n  target: e\n`)).message).toBe(
      'n.yaml, row 2 (line 3): field "input" is an object; a text is expected',
    );
  });

  test("an empty target, by the name of its column", async () => {
    const fields = { inputs: ["q"], target: "label" };
    expect(await refusalOf("label.csv", "q,label\na,b\nc,\n", { fields })).toEqual({
      kind: "data",
      code: "DATA_TARGET_EMPTY",
      message: 'label.csv, row 2 (line 3): field "label" is empty',
      hint: "Every example needs the answer that is known to be good.",
    });
  });

  test("a target that is none of its options", async () => {
    const row = '{"input":"a","target":"Yes","options":["yes","no"]}';
    expect(await refusalOf("o.jsonl", `${ROW}\n${row}`)).toEqual({
      kind: "data",
      code: "DATA_TARGET_NOT_AN_OPTION",
      message: 'o.jsonl, line 2: the target "Yes" is none of the options; did you mean "yes"?',
      hint: 'The options are "yes", "no".',
    });
  });

  test("two rows with one id, both named", async () => {
    const rows = ["x", "y", "x"].map((id) => JSON.stringify({ id, input: "a", target: "b" }));
    expect(await refusalOf("ids.jsonl", rows.join("\n"))).toEqual({
      kind: "data",
      code: "DATA_ID_REPEATED",
      message: 'ids.jsonl, line 3: the id "x" was already given in line 1',
      hint: "Give every row an id of its own, or leave the ids out.",
    });
  });

  test("AQuA-RAT choices without letters", async () => {
    const row = '{"question":"q","options":["A)1","2"],"correct":"A"}';
    expect(await refusalOf("aqua.jsonl", row, { format: "aqua-rat" })).toMatchObject({
      message:
        'aqua.jsonl, line 1: item 2 of field "options" does not begin with a letter and a parenthesis, as in "A)12"',
    });
  });

  test("one example", async () => {
    expect(await refusalOf("one.jsonl", ROW)).toEqual({
      kind: "data",
      code: "DATA_TOO_FEW_EXAMPLES",
      message: "one.jsonl: only one example; at least 2 are needed",
      hint: "A prompt that is made on one example must be tried on another.",
    });
  });

  test("a header without rows, and an empty list", async () => {
    expect((await refusalOf("header.csv", "input,target\n")).message).toBe(
      "header.csv: no examples; at least 2 are needed",
    );
    expect((await refusalOf("list.json", "[]", { minimumExamples: 1 })).message).toBe(
      "list.json: no examples; at least one is needed",
    );
  });
});
