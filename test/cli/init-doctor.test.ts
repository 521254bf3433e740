import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { smollm2 } from "../model.ts";
import { folderWith, pmpo } from "./pmpo.ts";

interface DoctorDocument {
  readonly works: boolean;
  readonly checks: readonly {
    readonly name: string;
    readonly status: string;
    readonly detail: string;
  }[];
}

beforeAll(async () => {
  await smollm2("q8_0");
});

test("init writes a task and says what to do next", async () => {
  const folder = folderWith({});
  expect(await pmpo(["init", "shop", "--model", "smollm2-360m"], { folder })).toEqual({
    exitCode: 0,
    stdout:
      "wrote shop/pmpo.yaml\nwrote shop/prompt.txt\nwrote shop/data.jsonl\n\n" +
      "Try it as it is:  pmpo optimize shop\n" +
      "Then put your own prompt and examples in its place.\n",
    stderr: "",
  });
  const settings = readFileSync(join(folder, "shop", "pmpo.yaml"), "utf8");
  expect(settings).toContain('\nname: "shop"\n');
  expect(settings).toContain('\nmodel: "smollm2-360m"\n');
});

test("init overwrites nothing, and writes nothing where one file is taken", async () => {
  const folder = folderWith({ "prompt.txt": "mine" });
  expect(await pmpo(["init"], { folder })).toEqual({
    exitCode: 2,
    stdout: "",
    stderr: `error: ${folder} holds prompt.txt already; nothing was written\n  Name another folder: pmpo init FOLDER.\n`,
  });
  expect(readdirSync(folder)).toEqual(["prompt.txt"]);
  expect(readFileSync(join(folder, "prompt.txt"), "utf8")).toBe("mine");
});

test("init says when the folder cannot be made", async () => {
  const folder = folderWith({ file: "" });
  const { exitCode, stderr } = await pmpo(["init", "file/task"], { folder });
  expect(exitCode).toBe(2);
  expect(stderr).toContain(`error: ${join(folder, "file/task")}: cannot be written to (`);
});

test("doctor looks at everything that a run needs", async () => {
  const { exitCode, stdout, stderr } = await pmpo(["doctor", "--json"], { folder: "." });
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  const { works, checks } = JSON.parse(stdout) as DoctorDocument;
  expect(works).toBe(true);
  expect(checks.map(({ name }) => name)).toEqual([
    "Node",
    "engine",
    "graphics card",
    "threads",
    "models folder",
    "model",
    "model loads",
    "scores",
    "shared prefixes",
    "speed",
    "pip",
    "model hub",
  ]);
  const detail = (wanted: string): string =>
    checks.find(({ name }) => name === wanted)?.detail ?? "";
  expect(detail("Node")).toBe(process.versions.node);
  expect(detail("engine")).toMatch(
    /^@node-llama-cpp\/\S+ \d+\.\d+\.\d+, struct layouts as expected/,
  );
  expect(detail("speed")).toMatch(/^\d+ tokens\/s of prompts$/);
  expect(checks.filter(({ status }) => status === "failed")).toEqual([]);
});

test("doctor fails where the model is no model", async () => {
  const folder = folderWith({ "no.gguf": "hello" });
  const environment = { HF_ENDPOINT: "http://127.0.0.1:9" };
  const args = ["doctor", "--model", "./no.gguf", "--json"];
  const { exitCode, stdout, stderr } = await pmpo(args, { folder, environment });
  expect({ exitCode, stderr }).toEqual({
    exitCode: 3,
    stderr: "error: pmpo cannot work here: model\n",
  });
  const { works, checks } = JSON.parse(stdout) as DoctorDocument;
  expect(works).toBe(false);
  expect(checks.find(({ name }) => name === "model")?.detail).toBe(
    `${join(folder, "no.gguf")} is no GGUF file: it does not begin with "GGUF"`,
  );
});

test("doctor warns of a model that was not fetched and a folder that cannot be written to", async () => {
  const folder = folderWith({});
  writeFileSync(join(folder, "file"), "");
  const home = join(folder, "file", "home");
  const environment = { PMPO_HOME: home, HF_ENDPOINT: "http://127.0.0.1:9" };
  const { exitCode, stdout } = await pmpo(["doctor"], { folder, environment });
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/\nmodels folder +warning +\S.*, not writable\n/);
  expect(stdout).toMatch(/\nmodel +warning +the model smollm2-135m is not on this machine\n/);
  expect(stdout).toMatch(/\nmodel hub +warning +out of reach /);
  expect(stdout).not.toContain("\u001B");
});
