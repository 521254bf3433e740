import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { CATALOGUE } from "./catalogue.ts";
import { listModels, removeModel } from "./list.ts";
import { makeWhole } from "./partial-file.ts";
import { weightsSha256 } from "./weights-hash.ts";

let home = "";
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "pmpo-list-"));
});
afterEach(() => rmSync(home, { recursive: true }));

const environment = (): NodeJS.ProcessEnv => ({ PMPO_HOME: home });
const models = (): string => join(home, "models");
const onHub = (): string => join(models(), "hf", "owner", "other", "Other-Q8_0.gguf");

/** Puts a file where a pull would have put it. */
async function place(path: string): Promise<string> {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, "weights");
  await weightsSha256(path, models());
  return path;
}

const files = (): string[] =>
  readdirSync(models(), { recursive: true, encoding: "utf8" }).filter((file) =>
    file.includes(".gguf"),
  );

describe("the list", () => {
  test("is the catalogue in every format where nothing was fetched", async () => {
    const listed = await listModels(environment());
    const formats = CATALOGUE.flatMap((model) => model.formats);
    expect(listed).toHaveLength(formats.length);
    expect(listed.filter((entry) => entry.onDisk !== null)).toEqual([]);
    expect(listed.filter((entry) => entry.isDefaultModel).map((entry) => entry.name)).toEqual([
      "smollm2-135m:q8_0",
    ]);
    expect(listed.filter((entry) => entry.isDefaultFormat)).toHaveLength(CATALOGUE.length);
  });

  test("says what is on disk, files of the hub last", async () => {
    const path = await place(join(models(), "smollm2-135m-q4_1.gguf"));
    await place(onHub());
    const listed = await listModels(environment());
    expect(listed.find((entry) => entry.name === "smollm2-135m:q4_1")).toMatchObject({
      model: { licence: "Apache-2.0" },
      approximateBytes: 98_362_432,
      onDisk: { path, bytes: 7 },
    });
    expect(listed.at(-1)).toEqual({
      name: "hf:owner/other/Other-Q8_0.gguf",
      model: null,
      isDefaultFormat: false,
      isDefaultModel: false,
      approximateBytes: null,
      onDisk: { path: onHub(), bytes: 7 },
    });
  });
});

describe("removing", () => {
  test("one format leaves the others", async () => {
    const path = await place(join(models(), "smollm2-135m-q4_1.gguf"));
    await place(join(models(), "smollm2-135m-q8_0.gguf"));
    expect(await removeModel("smollm2-135m:q4_1", environment())).toEqual([{ path, bytes: 7 }]);
    expect(files().sort()).toEqual([
      "smollm2-135m-q8_0.gguf",
      "smollm2-135m-q8_0.gguf.sha256.json",
    ]);
  });

  test("a name without format removes all of them, with what was noted", async () => {
    await place(join(models(), "smollm2-135m-q4_1.gguf"));
    await place(join(models(), "smollm2-135m-q8_0.gguf"));
    expect(await removeModel("smollm2-135m", environment())).toHaveLength(2);
    expect(files()).toEqual([]);
  });

  test.each(["hf:owner/other/Other-Q8_0.gguf", "hf:owner/other:q8_0"])("%s works", async (name) => {
    await place(onHub());
    expect(await removeModel(name, environment())).toEqual([{ path: onHub(), bytes: 7 }]);
    expect(files()).toEqual([]);
  });

  test("what came in part is possible", async () => {
    const cut = makeWhole(onHub(), "tag", async (partial) => {
      await writeFile(partial, "half");
      throw new Error("cut");
    });
    await expect(cut).rejects.toThrow("cut");
    expect(files()).toHaveLength(1);
    expect(await removeModel("hf:owner/other/Other-Q8_0.gguf", environment())).toEqual([]);
    expect(files()).toEqual([]);
  });

  test("what is not there is refused", async () => {
    await expect(removeModel("smollm2-135m", environment())).rejects.toMatchObject({
      kind: "model",
      code: "MODEL_NOT_PULLED",
      message: "the model smollm2-135m is not on this machine",
      hint: "`pmpo models list` shows what is.",
    });
  });

  test("a file of the user's own is refused", async () => {
    const path = join(home, "mine.gguf");
    writeFileSync(path, "weights");
    await expect(removeModel(path, environment())).rejects.toMatchObject({
      kind: "usage",
      message: `${path} is a file of your own: pmpo removes only models that it fetched`,
    });
    expect(readdirSync(home)).toEqual(["mine.gguf"]);
  });
});
