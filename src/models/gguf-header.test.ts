import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fc, test as property } from "@fast-check/vitest";
import { afterAll, describe, expect, test } from "vitest";
import { PmpoError } from "../core/errors.ts";
import { readGgufHeader } from "./gguf-header.ts";
import { tinyGguf } from "./tiny-gguf.test-support.ts";

const folder = mkdtempSync(join(tmpdir(), "pmpo-gguf-"));
afterAll(() => rmSync(folder, { recursive: true }));

const path = join(folder, "model.gguf");
const read = (content: Buffer): ReturnType<typeof readGgufHeader> => {
  writeFileSync(path, content);
  return readGgufHeader(path);
};

describe("a whole file", () => {
  const metadata = {
    "general.architecture": "gemma3",
    "general.name": "Tiny",
    "general.file_type": 7,
    "gemma3.context_length": 32_768,
    "gemma3.attention.sliding_window": 512,
    "tokenizer.chat_template": "{{ messages }}",
    "tokenizer.ggml.tokens": ["a", "bc", "déf"],
    "tokenizer.ggml.token_type": [1, 1, 3],
    "tokenizer.ggml.add_bos_token": true,
  };
  const tensors = [
    ["a", [64, 2], 8, 136],
    ["b", [32], 3, 20],
  ] as const;

  test.each([2, 3])("of version %i says what it holds", (version) => {
    const { metadata: entries, ...header } = read(tinyGguf({ version, metadata, tensors }));
    expect(header).toEqual({
      version,
      architecture: "gemma3",
      name: "Tiny",
      fileType: "Q8_0",
      chatTemplate: "{{ messages }}",
      contextTokens: 32_768,
      slidingWindowTokens: 512,
      parameters: 160,
      tensorCount: 2,
      sizeBytes: header.requiredBytes,
      requiredBytes: header.sizeBytes,
    });
    expect(entries.get("tokenizer.ggml.tokens")).toEqual({ arrayLength: 3 });
    expect(entries.get("tokenizer.ggml.token_type")).toEqual({ arrayLength: 3 });
    expect(entries.get("tokenizer.ggml.add_bos_token")).toBe(true);
  });

  test("may leave out all but the architecture", () => {
    expect(read(tinyGguf())).toMatchObject({
      architecture: "llama",
      name: null,
      fileType: null,
      chatTemplate: null,
      contextTokens: null,
      slidingWindowTokens: null,
    });
  });

  test("may be longer than it must be", () => {
    const whole = tinyGguf();
    const header = read(Buffer.concat([whole, Buffer.alloc(32)]));
    expect(header.requiredBytes).toBe(whole.length);
  });

  property.prop([fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.boolean(), fc.nat()))])(
    "gives back the metadata that was written",
    (entries) => {
      const all = { ...entries, "general.architecture": "llama" };
      const header = read(tinyGguf({ metadata: all, tensors: [] }));
      expect(Object.fromEntries(header.metadata)).toEqual(Object.fromEntries(Object.entries(all)));
    },
  );
});

describe("a file cut short", () => {
  const whole = tinyGguf({
    metadata: { "general.architecture": "llama", words: ["one", "two"], numbers: [1, 2, 3] },
  });

  test("in its weights is truncated, with both sizes", () => {
    expect(() => read(whole.subarray(0, -1))).toThrow(
      expect.objectContaining({
        kind: "model",
        code: "MODEL_TRUNCATED",
        message: `${path} is truncated: ${whole.length - 1} of ${whole.length} bytes`,
        hint: "The copy or download did not finish; fetch the file again.",
      }),
    );
  });

  test("anywhere is refused", () => {
    for (let length = 0; length < whole.length; length++) {
      const refusal = length < 4 ? /is no GGUF file/ : /is truncated: \d+ of (at least )?\d+ bytes/;
      expect(() => read(whole.subarray(0, length))).toThrow(refusal);
    }
  });
});

describe("what is no GGUF file", () => {
  test.each([
    ["an empty file", Buffer.alloc(0), "it is empty"],
    ["a text", Buffer.from("version https://git-lfs"), 'it does not begin with "GGUF"'],
    ["two bytes", Buffer.from("GG"), 'it does not begin with "GGUF"'],
  ])("%s is refused", (_, content, reason) => {
    expect(() => read(content)).toThrow(`${path} is no GGUF file: ${reason}`);
  });

  test("version 1 and 4 are refused", () => {
    expect(() => read(tinyGguf({ version: 1 }))).toThrow(
      `${path} cannot be read: it has version 1; 2 and 3 can be read`,
    );
    expect(() => read(tinyGguf({ version: 4 }))).toThrow(
      `${path} cannot be read: it has version 4; 2 and 3 can be read`,
    );
  });

  test("big-endian files are named so", () => {
    const swapped = tinyGguf();
    swapped.writeUInt32BE(3, 4);
    expect(() => read(swapped)).toThrow(`${path} cannot be read: it is in big-endian byte order`);
  });
});

const withLength = (offset: number, value: bigint): Buffer => {
  const content = tinyGguf();
  content.writeBigUInt64LE(value, offset);
  return content;
};

describe("a hostile file", () => {
  test.each([
    ["tensors", 8, 2n ** 63n, `a tensor count of ${2n ** 63n}`],
    ["tensors within numbers", 8, 2_000_000n, "2000000 tensors and 1 metadata entries"],
    ["entries", 16, 2n ** 50n, `a metadata count of ${2n ** 50n}`],
    ["key length", 24, 2n ** 40n, `a text of ${2n ** 40n} bytes`],
  ])("with an impossible number of %s is damaged", (_, offset, value, what) => {
    expect(() => read(withLength(offset, value))).toThrow(
      `${path} is a damaged GGUF file: ${what}`,
    );
  });

  test("without architecture is damaged", () => {
    expect(() => read(tinyGguf({ metadata: {} }))).toThrow(
      `${path} is a damaged GGUF file: general.architecture is missing`,
    );
  });

  property.prop([fc.nat(), fc.uint8Array({ minLength: 1, maxLength: 8 })])(
    "ends in a PmpoError or a header, never in anything else",
    (position, noise) => {
      const content = tinyGguf({
        metadata: { "general.architecture": "llama", words: ["one", "two"], numbers: [1, 2] },
      });
      content.set(noise, position % (content.length - noise.length));
      try {
        read(content);
      } catch (error) {
        expect(error).toBeInstanceOf(PmpoError);
      }
    },
  );
});
