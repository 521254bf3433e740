import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parquetWriteBuffer } from "hyparquet-writer";
import { beforeAll, expect, test } from "vitest";
import { startHubServer } from "../../src/models/hub-server.test-support.ts";
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

let model = "";
beforeAll(async () => {
  model = await smollm2("q8_0");
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

function parquetOf(rows: readonly { readonly input: string; readonly target: string }[]): Buffer {
  const columns = (["input", "target"] as const).map((name) => ({
    name,
    data: rows.map((row) => row[name]),
  }));
  return Buffer.from(parquetWriteBuffer({ columnData: columns }));
}

test("Parquet rows are scored as the same rows in JSON Lines", async () => {
  const folder = folderWith(FILES);
  writeFileSync(join(folder, "capitals.parquet"), parquetOf(CAPITALS));
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

test("a data set of the hub, served locally, is told and recorded with its revision", async () => {
  const server = await startHubServer();
  const rows = [
    ...CAPITALS,
    { input: "Peru", target: "Lima" },
    { input: "Cuba", target: "Havana" },
  ];
  server.files.set("datasets/owner/capitals/default/train/0000.parquet", parquetOf(rows));
  const folder = folderWith(FILES);
  const environment = { PMPO_HOME: folderWith({}), HF_ENDPOINT: server.url };
  const name = "hf:owner/capitals";
  const pinned = `${name}/default/train@${server.revision}`;
  const search = ["--max-iterations", "1", "--demonstrations", "0", "--threads", "1"];
  const run = await pmpo(
    ["optimize", "--data", name, "--prompt", "prompt.txt", "--model", model, ...search],
    { folder, environment },
  );
  expect(run.exitCode, run.stderr).toBe(0);
  expect(run.stderr).toContain(`Downloading the data …\n`);
  expect(run.stderr).toContain(`${name} is ${pinned}\n`);
  await server[Symbol.asyncDispose]();

  // Going on with the run reads what it began with, and asks nobody.
  const again = await pmpo(["resume"], { folder, environment });
  expect(again.exitCode, again.stderr).toBe(0);
  const runs = join(folder, ".pmpo", "runs");
  const manifest = JSON.parse(
    readFileSync(join(runs, readdirSync(runs)[0] ?? "", "manifest.json"), "utf8"),
  ) as { readonly dataHashes: unknown };
  expect(manifest.dataHashes).toEqual([
    { file: pinned, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string, rows: 5 },
  ]);
});

test("fields of fine-tuning rows are found by JSON path, and a path that finds nothing is refused", async () => {
  const rows = CAPITALS.map(({ input, target }) => ({
    messages: [
      { role: "user", content: input },
      { role: "assistant", content: target },
    ],
  }));
  const folder = folderWith({ ...FILES, "chats.jsonl": jsonLines(rows) });
  const input = ["--input-field", "$.messages[0].content"];
  const scored = await onFile(
    folder,
    "chats.jsonl",
    ...input,
    "--target-field",
    "$.messages[1].content",
  );
  expect(scored.losses).toEqual((await onFile(folder, "capitals.jsonl")).losses);
  const refused = await pmpo(
    [
      "score",
      "--data",
      "chats.jsonl",
      "--prompt",
      "prompt.txt",
      ...input,
      "--target-field",
      "$.label",
    ],
    { folder },
  );
  expect(refused).toEqual({
    exitCode: 4,
    stdout: "",
    stderr: `error: ${join(folder, "chats.jsonl")}, line 1: fields.target: the path $.label finds nothing\n  The row has "messages".\n`,
  });
});

test("promptfoo's DPO export is scored on what passed, and tests without a pair are told", async () => {
  const tests = CAPITALS.map(({ input, target }) => ({
    chosen: [target],
    rejected: input === "Chile" ? [] : ["Berlin"],
    vars: { input },
    providers: ["openai:gpt-4.1"],
    prompts: ["Capital of {{input}}?"],
  }));
  const folder = folderWith({ ...FILES, "eval-dpo.json": JSON.stringify(tests, null, 2) });
  const scored = await onFile(folder, "eval-dpo.json", "--format", "promptfoo-dpo");
  expect(scored.ids).toEqual(["1", "2"]);
  expect(scored.stderr).toBe(
    `${join(folder, "eval-dpo.json")}: left out 1 row: every output passed, or none\n`,
  );
});
