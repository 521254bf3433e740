import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PmpoError } from "../core/errors.ts";
import { readDataset, type ReadDatasetOptions } from "./read-dataset.ts";

let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "pmpo-file-errors-"));
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

async function refusal(name: string, options?: ReadDatasetOptions): Promise<Refusal> {
  try {
    await readDataset(join(folder, name), options);
  } catch (error) {
    if (!(error instanceof PmpoError)) throw error;
    const short = (text: string): string => text.replaceAll(join(folder, "/"), "");
    const { kind, code, message, hint } = error;
    return { kind, code, message: short(message), hint: hint === undefined ? hint : short(hint) };
  }
  throw new Error(`${name} was read`);
}

async function refusalOf(
  name: string,
  content: string | Uint8Array,
  options?: ReadDatasetOptions,
): Promise<Refusal> {
  await writeFile(join(folder, name), content);
  return refusal(name, options);
}

const ROW = '{"input":"a","target":"b"}';

describe("files that cannot be read", () => {
  test("a missing file, with the name that was probably meant", async () => {
    await writeFile(join(folder, "tickets.jsonl"), ROW);
    expect(await refusal("ticket.jsonl")).toEqual({
      kind: "data",
      code: "DATA_FILE_MISSING",
      message: "ticket.jsonl: no such file",
      hint: "Did you mean tickets.jsonl?",
    });
  });

  test("a missing file in a missing folder", async () => {
    expect(await refusal("nowhere/data.jsonl")).toMatchObject({
      code: "DATA_FILE_MISSING",
      message: "nowhere/data.jsonl: no such file",
      hint: "There is no folder nowhere either.",
    });
  });

  test("a folder", async () => {
    await mkdir(join(folder, "folder.jsonl"));
    expect(await refusal("folder.jsonl")).toEqual({
      kind: "data",
      code: "DATA_IS_FOLDER",
      message: "folder.jsonl: this is a folder, not a file",
      hint: "Name one file of examples.",
    });
  });

  test("a file that the system refuses to open", async () => {
    await symlink("loop.jsonl", join(folder, "loop.jsonl"));
    const { code, message } = await refusal("loop.jsonl");
    expect(code).toBe("DATA_FILE_UNREADABLE");
    expect(message).toMatch(/^loop\.jsonl: cannot be read \(ELOOP: .*\)$/);
  });

  test.each(["", "\uFEFF", " \n\n"])("an empty file: %j", async (content) => {
    expect(await refusalOf("empty.jsonl", content)).toEqual({
      kind: "data",
      code: "DATA_FILE_EMPTY",
      message: "empty.jsonl: the file is empty",
      hint: "Put one example in each row.",
    });
  });

  test("bytes that are not UTF-8, by their place", async () => {
    const latin1 = Buffer.from(`${ROW}\n{"input":"caf\u00e9","target":"b"}\n`, "latin1");
    expect(await refusalOf("latin1.jsonl", latin1)).toEqual({
      kind: "data",
      code: "DATA_NOT_UTF8",
      message: "latin1.jsonl, line 2: byte 41 of the file is not valid UTF-8",
      hint: "Save the file as UTF-8.",
    });
  });

  test("a replacement character that is really in the file is no error", async () => {
    const row = '{"input":"\uFFFD","target":"b"}';
    await writeFile(join(folder, "fffd.jsonl"), `${row}\n${row}`);
    expect((await readDataset(join(folder, "fffd.jsonl"))).examples).toHaveLength(2);
  });

  test("UTF-16", async () => {
    const utf16 = Buffer.from(`\uFEFF${ROW}`, "utf16le");
    expect(await refusalOf("utf16.jsonl", utf16)).toMatchObject({
      message: "utf16.jsonl, line 1: byte 1 of the file is not valid UTF-8",
      hint: "The file looks like UTF-16. Save it as UTF-8.",
    });
  });
});

describe("formats", () => {
  const names =
    "Formats: jsonl, json, csv, tsv, yaml, parquet, bbh, gsm8k, aqua-rat, instruction-induction, classification, preference, openai-messages, promptfoo, promptfoo-dpo.";

  test("an unknown one, with a suggestion", async () => {
    expect(await refusalOf("f.jsonl", ROW, { format: "gms8k" })).toEqual({
      kind: "usage",
      code: "DATA_FORMAT_UNKNOWN",
      message: 'Unknown data format "gms8k"; did you mean "gsm8k"?',
      hint: names,
    });
  });

  test("a file whose name does not say it", async () => {
    expect(await refusalOf("data.txt", ROW)).toEqual({
      kind: "usage",
      code: "DATA_FORMAT_UNCLEAR",
      message: "data.txt: the format does not follow from the file's name",
      hint: `Name the format, or rename the file. ${names}`,
    });
  });

  test("fields beside a format that has its own", async () => {
    const options = { format: "gsm8k", fields: { target: "answer" } };
    expect(await refusalOf("g.jsonl", ROW, options)).toMatchObject({
      kind: "usage",
      message: "Format gsm8k has fields of its own: `fields` does not apply",
    });
  });

  test("the answer among the inputs", async () => {
    const fields = { inputs: ["input", "target"] };
    expect(await refusalOf("leak.jsonl", ROW, { fields })).toMatchObject({
      kind: "usage",
      message: 'fields: column "target" cannot be both an input and the target',
      hint: "The prompt would hold the answer.",
    });
  });

  test("no input at all", async () => {
    expect(await refusalOf("none.jsonl", ROW, { fields: { inputs: [] } })).toMatchObject({
      kind: "usage",
      message: "fields.inputs names no column",
    });
  });
});

describe("text that is not what its format says", () => {
  test.each([
    [`${ROW}\n{"input":"c","target":}\n${ROW}`, "line 2: broken JSON: Unexpected token '}'"],
    [
      `${ROW}\n\n{"input":"c","target":"d"`,
      "line 3: broken JSON: Expected ',' or '}' after property value",
    ],
    [`${ROW}\n{"input":"c`, "line 2: broken JSON: Unterminated string"],
    [`${ROW} ${ROW}`, "line 1: broken JSON: Unexpected non-whitespace character after JSON"],
    [
      `${ROW}\n["c","d"]`,
      'line 2: expected named fields such as {"input": …, "target": …}, got a list',
    ],
    [`${ROW}\nnull`, 'line 2: expected named fields such as {"input": …, "target": …}, got null'],
  ])("JSON Lines: %j", async (content, message) => {
    const { kind, message: got } = await refusalOf("broken.jsonl", content);
    expect([kind, got]).toEqual(["data", `broken.jsonl, ${message}`]);
  });

  test.each([
    [`[\n${ROW},\n{"input":"c","target":}\n]`, ", line 3: broken JSON: Unexpected token '}'"],
    [`[\n${ROW},\n${ROW},\n]\n`, ", line 4: broken JSON: Unexpected token ']'"],
    [`[\n${ROW}\n${ROW}\n]`, ", line 3: broken JSON: Expected ',' or ']' after array element"],
    [`[\n${ROW},\n`, ", line 2: broken JSON: Unexpected end of JSON input"],
    [`{"rows":[${ROW}]}`, ': expected a list of rows: [{"input": …, "target": …}, …]'],
    [
      `[${ROW},"c"]`,
      ', row 2: expected named fields such as {"input": …, "target": …}, got a text',
    ],
  ])("JSON: %j", async (content, message) => {
    const { kind, message: got } = await refusalOf("broken.json", content);
    expect([kind, got]).toEqual(["data", `broken.json${message}`]);
  });

  test("a BIG-Bench Hard file without the name of its format", async () => {
    expect(await refusalOf("bbh.json", `{"examples":[${ROW}]}`)).toMatchObject({
      code: "DATA_NOT_A_LIST",
      hint: 'There is a list under "examples": is this a BIG-Bench Hard file? Then name the format bbh.',
    });
  });

  test("a file of another kind under the name bbh", async () => {
    expect(await refusalOf("list.json", `[${ROW}]`, { format: "bbh" })).toMatchObject({
      message: 'list.json: expected the rows as a list under "examples"',
    });
  });

  test.each([
    ["input,target\na,b\nc\n", "row 2 (line 3): 1 field, but the header names 2 columns"],
    [
      'input,target\n"x\ny",b\n\nc,d,e\n',
      "row 2 (line 5): 3 fields, but the header names 2 columns",
    ],
    ["input,target,input\na,b,c\n", 'line 1: two columns are named "input"'],
    ['input,target\na,b\n"c,d\ne,f\n', "line 3: a quotation mark of this row is never closed"],
    ['input,target\na,b\n"c"d,e\n', "line 3: text follows a closing quotation mark"],
    [
      'input,target\na "b" c,d\n',
      "line 2: a quotation mark stands inside a field that is not quoted",
    ],
  ])("CSV: %j", async (content, message) => {
    const { kind, message: got } = await refusalOf("broken.csv", content);
    expect([kind, got]).toEqual(["data", `broken.csv, ${message}`]);
  });

  test.each([
    ["- input: a\n  target: b\n- input: [c\n", ", line 4: broken YAML: "],
    ["input: a\ntarget: b\n", ": expected a list of rows, each with its fields"],
    ["- input: a\n  target: b\n\n- c\n", ", row 2 (line 4): expected named fields"],
    ["- input: a\n  input: b\n  target: c\n", ", line 2: broken YAML: Map keys must be unique"],
  ])("YAML: %j", async (content, message) => {
    const { kind, message: got } = await refusalOf("broken.yaml", content);
    expect(kind).toBe("data");
    expect(got.startsWith(`broken.yaml${message}`) ? message : got).toBe(message);
  });
});
