import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { rememberSha256, sidecarFile, weightsSha256 } from "./weights-hash.ts";

let root = "";
let folder = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "pmpo-hash-"));
  folder = join(root, "models");
  mkdirSync(folder);
});
afterEach(() => rmSync(root, { recursive: true }));

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

describe.each([
  [
    "inside the models folder",
    () => join(folder, "m.gguf"),
    () => join(folder, "m.gguf.sha256.json"),
  ],
  ["elsewhere", () => join(root, "m.gguf"), () => sidecarFile(join(root, "m.gguf"), folder)],
])("the sha256 of a file %s", (_, file, sidecar) => {
  test("is computed, and remembered in the models folder", async () => {
    writeFileSync(file(), "weights");
    expect(await weightsSha256(file(), folder)).toBe(sha256("weights"));
    expect(sidecar().startsWith(folder)).toBe(true);
    expect(JSON.parse(readFileSync(sidecar(), "utf8"))).toMatchObject({
      sha256: sha256("weights"),
      sizeBytes: 7,
    });
  });

  test("is taken from memory while the file stays as it was", async () => {
    writeFileSync(file(), "weights");
    await rememberSha256(file(), folder, "0".repeat(64));
    expect(await weightsSha256(file(), folder)).toBe("0".repeat(64));
  });

  test("is computed again after a change of size or time, and for damaged notes", async () => {
    writeFileSync(file(), "weights");
    await weightsSha256(file(), folder);
    writeFileSync(file(), "other weights");
    expect(await weightsSha256(file(), folder)).toBe(sha256("other weights"));

    writeFileSync(file(), "weights, other");
    utimesSync(file(), 1, 1);
    expect(await weightsSha256(file(), folder)).toBe(sha256("weights, other"));

    writeFileSync(sidecar(), "{");
    expect(await weightsSha256(file(), folder)).toBe(sha256("weights, other"));
  });
});

test("a models folder that cannot be written to does not stand in the way", async () => {
  const file = join(root, "m.gguf");
  writeFileSync(file, "weights");
  expect(await weightsSha256(file, join(file, "models"))).toBe(sha256("weights"));
});
