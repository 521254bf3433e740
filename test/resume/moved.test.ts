import { copyFileSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { folderWith, pmpo, smallTask } from "../cli/pmpo.ts";
import { smollm2 } from "../model.ts";

interface Document {
  readonly run: string;
  readonly verdict: unknown;
  readonly tokens: { readonly scored: number; readonly generated: number };
}

test("a project that was moved together with its model goes on, and keeps its cache", async () => {
  const weights = await smollm2("q8_0");
  const parent = folderWith({});
  const elsewhere = folderWith({});
  const before = folderWith(smallTask(1));
  copyFileSync(weights, join(before, "own.gguf"));
  const model = ["--model", "./own.gguf", "--json"];
  const first = await pmpo(["optimize", ...model], { folder: before });
  expect(first.stderr).toBe("");
  const { run, verdict } = JSON.parse(first.stdout) as Document;
  const after = join(parent, "moved");
  renameSync(before, after);
  const log = join(after, ".pmpo", "runs", run, "events.jsonl");
  const withoutVerdict = readFileSync(log, "utf8").split("\n").slice(0, -2);
  writeFileSync(log, `${withoutVerdict.join("\n")}\n`);
  const resumed = await pmpo(["resume", run, "--json", "--project", after], { folder: elsewhere });
  expect(resumed.stderr).toBe("");
  expect((JSON.parse(resumed.stdout) as Document).verdict).toEqual(verdict);
  const again = await pmpo(["optimize", ...model], { folder: after });
  const document = JSON.parse(again.stdout) as Document;
  expect(document.tokens).toMatchObject({ scored: 0, generated: 0 });
  expect(document.verdict).toEqual(verdict);
});
