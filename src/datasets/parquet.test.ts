import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { type ColumnSource, parquetWriteBuffer } from "hyparquet-writer";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readDataset, type ReadDatasetOptions } from "./read-dataset.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "pmpo-parquet-"));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

type Written = Omit<Parameters<typeof parquetWriteBuffer>[0], "columnData">;

async function write(name: string, columns: ColumnSource[], how: Written = {}): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, Buffer.from(parquetWriteBuffer({ ...how, columnData: columns })));
  return path;
}

async function read(
  columns: ColumnSource[],
  options: ReadDatasetOptions = {},
  how: Written = {},
): ReturnType<typeof readDataset> {
  return readDataset(await write("t.parquet", columns, how), options);
}

test("rows are read with text, lists and missing values as they are", async () => {
  const { examples, fieldNames } = await read([
    { name: "input", data: ["2 + 2", "is it"] },
    { name: "target", data: ["4", "yes"] },
    {
      name: "options",
      data: [
        ["4", "5"],
        ["yes", "no"],
      ],
      type: "JSON",
    },
  ]);
  expect(examples).toEqual([
    { id: "1", inputs: { input: "2 + 2" }, target: "4", options: ["4", "5"] },
    { id: "2", inputs: { input: "is it" }, target: "yes", options: ["yes", "no"] },
  ]);
  expect(fieldNames).toEqual({ inputs: ["input"], target: "target" });
});

test("a field that may be left out may hold nothing in some rows", async () => {
  const may = { nullable: true, type: "STRING" } as const;
  const { examples } = await read([
    { name: "id", data: [null, "second"], ...may },
    { name: "input", data: ["a", "b"] },
    { name: "target", data: ["x", "y"] },
    { name: "rejected", data: ["z", null], ...may },
    { name: "accept", data: [null, ["w"]], nullable: true, type: "JSON" },
  ]);
  expect(examples).toEqual([
    { id: "1", inputs: { input: "a" }, target: "x", rejected: ["z"] },
    { id: "second", inputs: { input: "b" }, target: "y", accept: ["w"] },
  ]);
});

test("a nested list column gives options and references", async () => {
  const { examples } = await read(
    [
      { name: "input", data: ["a", "b"] },
      { name: "target", data: ["x", "y"] },
      { name: "accept", data: [["x1", "x2"], ["y1"]] },
    ],
    {},
    {
      schema: [
        { name: "root", num_children: 3 },
        { name: "input", type: "BYTE_ARRAY", converted_type: "UTF8", repetition_type: "REQUIRED" },
        { name: "target", type: "BYTE_ARRAY", converted_type: "UTF8", repetition_type: "REQUIRED" },
        { name: "accept", converted_type: "LIST", repetition_type: "OPTIONAL", num_children: 1 },
        { name: "list", repetition_type: "REPEATED", num_children: 1 },
        {
          name: "element",
          type: "BYTE_ARRAY",
          converted_type: "UTF8",
          repetition_type: "OPTIONAL",
        },
      ],
    },
  );
  expect(examples.map(({ accept }) => accept)).toEqual([["x1", "x2"], ["y1"]]);
});

describe("values that JSON does not have become text", () => {
  const asTarget = async (
    column: Omit<ColumnSource, "name">,
    how: Written = {},
  ): Promise<unknown> => {
    const { examples } = await read(
      [
        { name: "input", data: ["a", "b"] },
        { name: "target", ...column },
      ],
      {},
      how,
    );
    return examples.map(({ target }) => target);
  };
  const withTarget = (element: object): Written => ({
    schema: [
      { name: "root", num_children: 2 },
      { name: "input", type: "BYTE_ARRAY", converted_type: "UTF8", repetition_type: "REQUIRED" },
      { name: "target", repetition_type: "REQUIRED", ...element } as never,
    ],
  });

  test("large integers keep their digits", async () => {
    const data = [9_007_199_254_740_993n, -1n];
    expect(await asTarget({ data })).toEqual(["9007199254740993", "-1"]);
  });

  test("dates and times are ISO 8601", async () => {
    const times = [new Date("2024-05-06T07:08:09.123Z"), new Date(0)];
    expect(await asTarget({ data: times, type: "TIMESTAMP" })).toEqual([
      "2024-05-06T07:08:09.123Z",
      "1970-01-01T00:00:00.000Z",
    ]);
    const days = withTarget({ type: "INT32", converted_type: "DATE" });
    expect(await asTarget({ data: [new Date("2024-05-06T00:00:00Z"), new Date(0)] }, days)).toEqual(
      ["2024-05-06", "1970-01-01"],
    );
  });

  test("decimals have the digits of their column, single floats the shortest that mean the same", async () => {
    const money = withTarget({ type: "INT32", converted_type: "DECIMAL", scale: 2, precision: 9 });
    expect(await asTarget({ data: [1.1, 200] }, money)).toEqual(["1.10", "200.00"]);
    expect(await asTarget({ data: [0.1, 2.5], type: "FLOAT" })).toEqual(["0.1", "2.5"]);
  });
});

test.each([
  ["SNAPPY", undefined],
  ["GZIP", gzipSync],
  ["BROTLI", brotliCompressSync],
] as const)("%s compression is unpacked", async (codec, compress) => {
  const compressors =
    compress === undefined ? {} : { [codec]: (bytes: Uint8Array) => compress(bytes) };
  const text = Array.from({ length: 200 }, (_, n) => `the same words again and again ${n % 7}`);
  const { examples } = await read(
    [
      { name: "input", data: text },
      { name: "target", data: text.map((_, n) => `${n}`) },
    ],
    {},
    { codec, compressors },
  );
  expect(examples.map(({ inputs }) => inputs["input"])).toEqual(text);
});

test("rows keep their order and numbers over row groups, and a sample is drawn of all", async () => {
  const targets = Array.from({ length: 25_000 }, (_, n) => `${n + 1}`);
  const columns = [
    { name: "input", data: targets.map((target) => `question ${target}`) },
    { name: "target", data: targets },
  ];
  const small = { rowGroupSize: 1000, pageSize: 4096 };
  const whole = await read(columns, {}, small);
  expect(whole.examples.map(({ id }) => id)).toEqual(targets);
  expect(whole.examples.map(({ target }) => target)).toEqual(targets);
  const sample = { rows: 50, seed: 3 };
  const drawn = await read(columns, { sample }, small);
  expect(drawn.sampled).toEqual({ fromRows: 25_000, seed: 3 });
  expect(
    drawn.examples.every(({ inputs, target }) => inputs["input"] === `question ${target}`),
  ).toBe(true);
  // One large group is read in steps; the rows are the same, and so is the sample.
  expect(await read(columns, { sample }, { rowGroupSize: 25_000 })).toEqual(drawn);
  const json = join(folder, "same.jsonl");
  await writeFile(json, targets.map((n) => `{"input":"question ${n}","target":"${n}"}`).join("\n"));
  expect((await readDataset(json, { sample })).examples).toEqual(drawn.examples);
});

describe("refusals name file, row and field", () => {
  test("a field that is not there, or holds nothing", async () => {
    const path = await write("x.parquet", [
      { name: "input", data: ["a", "b"] },
      { name: "label", data: ["x", null], nullable: true, type: "STRING" },
    ]);
    await expect(readDataset(path)).rejects.toThrow(`${path}, row 1: no field "target"`);
    await expect(readDataset(path, { fields: { target: "label" } })).rejects.toThrow(
      `${path}, row 2: field "label" is null; a text is expected`,
    );
  });

  test("bytes that are no text", async () => {
    const path = await write("x.parquet", [
      { name: "input", data: ["a", "b"] },
      {
        name: "target",
        data: [new Uint8Array([255, 216]), new Uint8Array([1])],
        type: "BYTE_ARRAY",
      },
    ]);
    await expect(readDataset(path)).rejects.toThrow(
      `${path}, row 1: field "target" is bytes that are no text; a text is expected`,
    );
  });

  test("a file that is cut short, or none at all", async () => {
    const path = await write("x.parquet", [{ name: "input", data: ["a", "b"] }]);
    await writeFile(path, "PAR1 and then nothing");
    await expect(readDataset(path)).rejects.toMatchObject({
      code: "DATA_PARQUET_BROKEN",
      message: expect.stringContaining(
        `${path}: its description cannot be read as Parquet`,
      ) as string,
    });
    await writeFile(path, "");
    await expect(readDataset(path)).rejects.toMatchObject({ code: "DATA_FILE_EMPTY" });
  });
});
