import { mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { array, assert, asyncProperty, nat, string, tuple } from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createRandom } from "../core/random.ts";
import { readJsonLines } from "./json-rows.ts";
import { readDataset } from "./read-dataset.ts";
import { createReservoir } from "./reservoir.ts";
import type { Row } from "./row.ts";
import { readTable } from "./table-rows.ts";
import { decodeUtf8 } from "./utf8-chunks.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "pmpo-large-"));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

const numbers = (count: number): readonly number[] =>
  Array.from({ length: count }, (_, n) => n + 1);
const jsonLines = (count: number): string =>
  numbers(count)
    .map((n) => `{"input":"question ${n}","target":"${n}"}\n`)
    .join("");
const ROWS = 20_000;

async function sampleOf(
  name: string,
  content: string | Buffer,
  seed = 0,
): Promise<readonly string[]> {
  const path = join(folder, name);
  await writeFile(path, content);
  const { examples, sampled } = await readDataset(path, { sample: { rows: 100, seed } });
  expect(sampled).toEqual({ fromRows: ROWS, seed });
  expect(examples.every(({ inputs, target }) => inputs["input"] === `question ${target}`)).toBe(
    true,
  );
  return examples.map(({ target }) => target);
}

describe("a file with more rows than are kept", () => {
  test("gives the same sample for the same seed, whatever the format and the packing", async () => {
    const sample = await sampleOf("a.jsonl", jsonLines(ROWS));
    expect(sample).toHaveLength(100);
    expect(new Set(sample).size).toBe(100);
    expect(sample.toSorted((a, b) => Number(a) - Number(b))).toEqual(sample);
    const table = (delimiter: string): string =>
      ["input,target", ...numbers(ROWS).map((n) => `question ${n},${n}`)]
        .join("\n")
        .replaceAll(",", delimiter);
    expect(await sampleOf("b.csv", table(","))).toEqual(sample);
    expect(await sampleOf("c.tsv", table("\t"))).toEqual(sample);
    expect(await sampleOf("d.jsonl.gz", gzipSync(jsonLines(ROWS)))).toEqual(sample);
    expect(await sampleOf("a.jsonl", jsonLines(ROWS), 1)).not.toEqual(sample);
  });

  test("is checked in every row, kept or not", async () => {
    const path = join(folder, "bad.jsonl");
    for (const line of [3, 10_001, ROWS]) {
      const lines = jsonLines(ROWS).split("\n");
      lines[line - 1] = '{"input":"no answer"}';
      await writeFile(path, lines.join("\n"));
      await expect(readDataset(path, { sample: { rows: 10, seed: 0 } })).rejects.toThrow(
        `bad.jsonl, line ${line}: no field "target"`,
      );
    }
  });

  test("is kept whole where it has just as many rows", async () => {
    const path = join(folder, "just.jsonl");
    await writeFile(path, jsonLines(100));
    const dataset = await readDataset(path, { sample: { rows: 100, seed: 0 } });
    expect(dataset.examples).toHaveLength(100);
    expect(dataset.sampled).toBeUndefined();
  });
});

test("reading stops where it is interrupted", async () => {
  const path = join(folder, "stopped.jsonl");
  await writeFile(path, jsonLines(ROWS));
  const reason = new Error("stop");
  await expect(readDataset(path, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
});

test("every row is as likely to be kept as any other", () => {
  const kept = numbers(10).map(() => 0);
  for (let seed = 0; seed < 5000; seed++) {
    const reservoir = createReservoir<number>(3, createRandom(seed, "sample"));
    for (let n = 0; n < 10; n++) reservoir.add(n);
    for (const n of reservoir.kept()) kept[n] = (kept[n] ?? 0) + 1;
  }
  // 1500 expected each; the standard deviation is 32.
  for (const count of kept) expect(Math.abs(count - 1500)).toBeLessThan(5 * 33);
});

describe("rows do not depend on where the pieces of a file end", () => {
  const pieces = array(nat({ max: 9 }), { minLength: 1, maxLength: 20 });

  async function* cut(bytes: Buffer, sizes: readonly number[]): AsyncGenerator<Buffer> {
    let at = 0;
    for (let turn = 0; at < bytes.length; turn++) {
      const size = (sizes[turn % sizes.length] ?? 0) + 1;
      yield bytes.subarray(at, at + size);
      at += size;
    }
  }

  async function collected<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
    const all: T[] = [];
    for await (const item of items) all.push(item);
    return all;
  }

  test("in text of any script", async () => {
    await assert(
      asyncProperty(string({ unit: "binary" }), pieces, async (text, sizes) => {
        const bytes = Buffer.from(text, "utf8");
        const decoded = await collected(decodeUtf8(cut(bytes, sizes), "t"));
        expect(decoded.join("")).toBe(bytes.toString("utf8").replace(/^\uFEFF/, ""));
      }),
    );
  });

  test("in bytes that are not UTF-8, whose place is said", async () => {
    const bytes = Buffer.concat([
      Buffer.from("é\nö€\n𝄞"),
      Buffer.from([0xe2, 0x82]),
      Buffer.from("x"),
    ]);
    for (const size of [1, 2, 3, 5, 100]) {
      await expect(collected(decodeUtf8(cut(bytes, [size - 1]), "t"))).rejects.toThrow(
        "t, line 3: byte 14 of the file is not valid UTF-8",
      );
    }
    await expect(collected(decodeUtf8(cut(bytes.subarray(0, 15), [0]), "t"))).rejects.toThrow(
      "t, line 3: byte 14 of the file is not valid UTF-8",
    );
  });

  test("in JSON Lines and tables", async () => {
    const cells = array(tuple(string(), string()), { minLength: 1, maxLength: 8 });
    await assert(
      asyncProperty(cells, pieces, async (rows, sizes) => {
        const lines = rows.map(([input, target]) => JSON.stringify({ input, target })).join("\n");
        const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
        const csv = [["input", "target"], ...rows]
          .map((row) => row.map((cell) => quoted(cell)).join(","))
          .join("\n");
        const stream = (text: string): AsyncIterable<string> =>
          decodeUtf8(cut(Buffer.from(text), sizes), "t");
        const expected = rows.map(([input, target]) => ({ input, target }));
        const values = async (from: AsyncIterable<readonly Row[]>): Promise<unknown> =>
          (await collected(from)).flat().map((row) => row.values);
        expect(await values(readJsonLines(stream(lines), "t"))).toEqual(expected);
        expect(await values(readTable(stream(csv), "t", ","))).toEqual(expected);
      }),
    );
  });
});

describe("files that cannot be read row by row", () => {
  test.each([
    ["list.json", 256],
    ["list.yaml", 16],
  ])("%s is refused above %i MiB, with a way out", async (name, mebibytes) => {
    const path = join(folder, name);
    await writeFile(path, "[");
    await truncate(path, mebibytes * 2 ** 20 + 1);
    await expect(readDataset(path)).rejects.toMatchObject({
      code: "DATA_FILE_TOO_LARGE",
      message: `${path}: larger than ${mebibytes} MiB, and its format has to be read whole`,
      hint: expect.stringContaining("JSON Lines") as string,
    });
  });

  test("a packed one is measured by what it holds", async () => {
    const path = join(folder, "packed.yaml.gz");
    await writeFile(path, gzipSync(Buffer.alloc(17 * 2 ** 20, "- a\n")));
    await expect(readDataset(path)).rejects.toMatchObject({ code: "DATA_FILE_TOO_LARGE" });
  });

  test("a line that never ends is refused before it fills the memory", async () => {
    const path = join(folder, "endless.jsonl");
    await writeFile(path, `${jsonLines(1)}[`);
    await truncate(path, 2 ** 25);
    await expect(readDataset(path)).rejects.toMatchObject({
      code: "DATA_LINE_TOO_LONG",
      message: `${path}, line 2: longer than 16777216 characters`,
    });
    await writeFile(path, `input,target\na,b\n"c`);
    await truncate(path, 2 ** 25);
    await expect(readDataset(path, { format: "csv" })).rejects.toThrow(
      `${path}, line 3: this row is longer than 16777216 characters: a quotation mark may be left open`,
    );
  });
});
