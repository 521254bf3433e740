import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { makeWhole, removePartials } from "./partial-file.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pmpo-partial-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const target = (): string => join(folder, "model.gguf");

/** The process number of a process that has ended. */
const endedProcess = (): number => spawnSync(process.execPath, ["-e", ""]).pid;

test("a file appears under its name only when it is whole", async () => {
  const made = await makeWhole(target(), "tag", async (partial) => {
    writeFileSync(partial, "who");
    expect(readdirSync(folder)).not.toContain("model.gguf");
    writeFileSync(partial, "whole");
    return 7;
  });
  expect(made).toBe(7);
  expect(readdirSync(folder)).toEqual(["model.gguf"]);
  expect(readFileSync(target(), "utf8")).toBe("whole");
});

test("a failed attempt leaves its part for the next one with the same tag", async () => {
  const failing = makeWhole(target(), "tag", async (partial) => {
    writeFileSync(partial, "half");
    throw new Error("cut");
  });
  await expect(failing).rejects.toThrow("cut");
  expect(readdirSync(folder)).not.toContain("model.gguf");

  await makeWhole(target(), "other", async (partial) => {
    expect(readFileSync(partial, "utf8")).toBe("");
  });
  await makeWhole(target(), "tag", async (partial) => {
    expect(readFileSync(partial, "utf8")).toBe("half");
  });
  expect(readdirSync(folder)).toEqual(["model.gguf"]);
});

test("a failed attempt that wrote nothing leaves nothing", async () => {
  const failing = makeWhole(target(), "tag", () => Promise.reject(new Error("no")));
  await expect(failing).rejects.toThrow("no");
  expect(readdirSync(folder)).toEqual([]);
});

test("what a killed process wrote is taken over", async () => {
  await makeWhole(target(), "tag", async (partial) => {
    const others = partial.replace(`-${process.pid}-`, `-${endedProcess()}-`);
    writeFileSync(others, "half");
  });
  await makeWhole(target(), "tag", async (partial) => {
    expect(readFileSync(partial, "utf8")).toBe("half");
  });
});

test("what a living process writes is left alone", async () => {
  await makeWhole(target(), "tag", async (first) => {
    writeFileSync(first, "first");
    await makeWhole(target(), "tag", async (second) => {
      expect(second).not.toBe(first);
      expect(readFileSync(second, "utf8")).toBe("");
      writeFileSync(second, "second");
    });
    expect(await removePartials(target())).toEqual([]);
    expect(readFileSync(first, "utf8")).toBe("first");
  });
  expect(readFileSync(target(), "utf8")).toBe("first");
});

test("abandoned parts can be swept away", async () => {
  await makeWhole(target(), "tag", async (partial) => {
    writeFileSync(partial.replace(`-${process.pid}-`, `-${endedProcess()}-`), "a");
  });
  const swept = await removePartials(target());
  expect(swept).toHaveLength(1);
  expect(readdirSync(folder)).toEqual(["model.gguf"]);
});

test("a folder that cannot be made is named with the way out", async () => {
  writeFileSync(join(folder, "file"), "");
  const inside = join(folder, "file", "models", "model.gguf");
  await expect(makeWhole(inside, "tag", () => Promise.resolve())).rejects.toMatchObject({
    kind: "model",
    code: "MODEL_STORAGE",
    message: `cannot write ${inside}: a part of the path is a file (ENOTDIR)`,
    hint: "Free some space or permit writing there, or set PMPO_HOME to another folder.",
  });
});

test("a full disk is named, and the part stays", async () => {
  const failing = makeWhole(target(), "tag", async (partial) => {
    writeFileSync(partial, "half");
    throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
  });
  await expect(failing).rejects.toMatchObject({
    code: "MODEL_STORAGE",
    message: `cannot write ${target()}: the disk is full (ENOSPC)`,
  });
  expect(readdirSync(folder)).toEqual([expect.stringMatching(/\.partial$/)]);
});
