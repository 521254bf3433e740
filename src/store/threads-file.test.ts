import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { rememberedThreads, rememberThreads } from "./threads-file.ts";

const emptyFolder = (): string => mkdtempSync(join(tmpdir(), "pmpo-threads-"));

test("a count is found again under its own key, beside others", () => {
  const folder = join(emptyFolder(), "not", "there", "yet");
  rememberThreads(folder, "small model", 4);
  rememberThreads(folder, "large model", 16);
  expect(rememberedThreads(folder, "small model")).toBe(4);
  expect(rememberedThreads(folder, "large model")).toBe(16);
  expect(rememberedThreads(folder, "another")).toBeNull();
});

test("a damaged file, or a folder that cannot be, counts as nothing remembered", () => {
  const folder = emptyFolder();
  writeFileSync(join(folder, "threads.json"), '{"small model": "many"}');
  expect(rememberedThreads(folder, "small model")).toBeNull();
  const file = join(folder, "threads.json");
  expect(() => rememberThreads(join(file, "below"), "small model", 4)).not.toThrow();
});
