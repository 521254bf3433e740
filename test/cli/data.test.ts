import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parquetWriteBuffer } from "hyparquet-writer";
import { beforeAll, expect, test } from "vitest";
import { smollm2 } from "../model.ts";
import { folderWith, jsonLines, pmpo } from "./pmpo.ts";

interface Scored {
  readonly ids: readonly string[];
  readonly losses: readonly number[];
  readonly stderr: string;
}

const CAPITALS = [
  { input: "France", target: "Paris" },
  { input: "Japan", target: "Tokyo" },
  { input: "Chile", target: "Santiago" },
];
const FILES = { "capitals.jsonl": jsonLines(CAPITALS), "prompt.txt": "Name the capital.\n" };

beforeAll(async () => {
  await smollm2("q8_0");
});

async function score(folder: string, ...args: readonly string[]): Promise<Scored> {
  const all = ["score", ...args, "--threads", "1", "--json"];
  const { exitCode, stdout, stderr } = await pmpo(all, { folder });
  expect(exitCode, stderr).toBe(0);
  const { examples } = JSON.parse(stdout) as {
    readonly examples: readonly { readonly id: string; readonly loss: number }[];
  };
  return { ids: examples.map(({ id }) => id), losses: examples.map(({ loss }) => loss), stderr };
}

const onFile = (folder: string, file: string, ...args: readonly string[]): Promise<Scored> =>
  score(folder, "--data", file, "--prompt", "prompt.txt", ...args);

test("Parquet rows are scored as the same rows in JSON Lines", async () => {
  const folder = folderWith(FILES);
  const columns = (["input", "target"] as const).map((name) => ({
    name,
    data: CAPITALS.map((row) => row[name]),
  }));
  const bytes = parquetWriteBuffer({ columnData: columns });
  writeFileSync(join(folder, "capitals.parquet"), Buffer.from(bytes));
  const scored = await onFile(folder, "capitals.parquet");
  expect(scored.ids).toEqual(["1", "2", "3"]);
  expect(scored.losses).toEqual((await onFile(folder, "capitals.jsonl")).losses);
});

test("of a large file a sample is scored, and the user is told", async () => {
  const rows = Array.from({ length: 2000 }, (_, n) => ({ input: `${n} + 1`, target: `${n + 1}` }));
  const folder = folderWith({
    "pmpo.yaml": "prompt: Add.\ndata: { file: rows.jsonl, sample: 3 }\noptimizer: { seed: 5 }\n",
    "rows.jsonl": jsonLines(rows),
  });
  const scored = await score(folder);
  expect(scored.ids).toHaveLength(3);
  expect(scored.stderr).toBe(`${join(folder, "rows.jsonl")}: kept 3 of 2,000 rows, seed 5\n`);
  expect((await score(folder)).ids).toEqual(scored.ids);
});
