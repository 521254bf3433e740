import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { checkModelFile } from "./model-file.ts";
import { tinyGguf } from "./tiny-gguf.test-support.ts";

const folder = mkdtempSync(join(tmpdir(), "pmpo-file-"));
afterAll(() => rmSync(folder, { recursive: true }));

const path = join(folder, "mine.gguf");
const CONTENT = tinyGguf();

test("a whole file gives its header", async () => {
  writeFileSync(path, CONTENT);
  expect(await checkModelFile(path)).toMatchObject({ architecture: "llama", parameters: 64 });
});

test.each([
  ["an empty file", Buffer.alloc(0), "MODEL_NOT_GGUF", "is no GGUF file: it is empty"],
  [
    "a text",
    Buffer.from("hello"),
    "MODEL_NOT_GGUF",
    'is no GGUF file: it does not begin with "GGUF"',
  ],
  [
    "a file cut short",
    CONTENT.subarray(0, -10),
    "MODEL_TRUNCATED",
    `is truncated: ${CONTENT.length - 10} of ${CONTENT.length} bytes`,
  ],
  [
    "one part of a model",
    tinyGguf({ metadata: { "general.architecture": "llama", "split.count": 3 } }),
    "MODEL_SPLIT",
    "is one of 3 parts of a model",
  ],
])("%s is refused", async (_, content, code, message) => {
  writeFileSync(path, content);
  await expect(checkModelFile(path)).rejects.toMatchObject({
    kind: "model",
    code,
    message: `${path} ${message}`,
  });
});

test("a missing file is refused", async () => {
  await expect(checkModelFile(`${path}x`)).rejects.toMatchObject({
    code: "MODEL_FILE_MISSING",
    message: `there is no file ${path}x`,
    hint: "Check the path. Models are also known by name (`pmpo models list`) and as hf:OWNER/REPOSITORY/FILE.gguf.",
  });
});

test("a folder is refused", async () => {
  await expect(checkModelFile(folder)).rejects.toMatchObject({
    code: "MODEL_NOT_GGUF",
    message: `${folder} is no GGUF file: it is a folder`,
    hint: "Name the .gguf file inside it.",
  });
});

test("an error can call the file by another name", async () => {
  writeFileSync(path, "hello");
  await expect(checkModelFile(path, "what came")).rejects.toThrow("what came is no GGUF file");
});
