import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { closedAnswerSet } from "../datasets/closed-set.ts";
import { readDataset } from "../datasets/read-dataset.ts";
import { splitExamples } from "../datasets/split.ts";
import { initTemplate } from "./init-template.ts";
import { loadConfig } from "./load-config.ts";
import { parseConfig } from "./parse-config.ts";

let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "pmpo-init-"));
  for (const { path, content } of initTemplate({ name: "a: task # of mine" }).files) {
    await writeFile(join(folder, path), content);
  }
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

test("the written task is a valid one, whatever its name", async () => {
  const config = await loadConfig(folder);
  expect(config).toMatchObject({
    name: "a: task # of mine",
    model: "smollm2-135m",
    prompt: { instructionFile: join(folder, "prompt.txt") },
    answers: "chosen",
  });
  expect(await readFile(join(folder, "prompt.txt"), "utf8")).toBe("Say what the customer wants.\n");
});

test("its examples fit its options and can be split", async () => {
  const config = await loadConfig(folder);
  const { examples } = await readDataset(config.data.file);
  expect(examples).toHaveLength(12);
  expect(closedAnswerSet(examples)).toEqual(config.options?.toSorted());
  const { train, demonstrations, test } = splitExamples(examples, {
    train: config.data.train,
    demonstrations: config.data.demonstrations,
    test: config.data.testExamples,
    seed: 0,
  });
  expect([train.length, demonstrations.length, test.length]).toEqual([6, 1, 5]);
});

test("another model can be named", () => {
  const [settings] = initTemplate({ name: "x", model: "./m.gguf" }).files;
  expect(parseConfig(settings?.content ?? "", join(folder, "pmpo.yaml")).model).toBe(
    join(folder, "m.gguf"),
  );
});

test("every setting that is commented out is valid when it is switched on", async () => {
  const written = await readFile(join(folder, "pmpo.yaml"), "utf8");
  const switchedOn = written.replaceAll(/^( *)#(?! )/gm, "$1").replaceAll(/^#( {2}\w+:)/gm, "$1");
  expect(switchedOn).not.toBe(written);
  const config = parseConfig(switchedOn, join(folder, "pmpo.yaml"));
  expect(config).toMatchObject({
    rewriter: "qwen2.5-1.5b",
    prompt: { layout: { kind: "system" } },
    data: { test: join(folder, "test.jsonl"), fields: { inputs: ["input"], target: "target" } },
    metric: { kind: "exact", normalise: true },
    optimizer: { budget: { tokens: 1_000_000, seconds: 600 } },
  });
});
