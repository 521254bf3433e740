import { describe, expect, test } from "vitest";
import { CATALOGUE, DEFAULT_MODEL } from "./catalogue.ts";
import { parseModelName } from "./model-name.ts";

describe("the catalogue", () => {
  test("has the default model and no name twice", () => {
    const names = CATALOGUE.map((model) => model.name);
    expect(names).toContain(DEFAULT_MODEL);
    expect(new Set(names).size).toBe(names.length);
  });

  test.each(CATALOGUE.map((model) => [model.name, model] as const))(
    "%s has its default format, and every conversion starts from a published file",
    (_, model) => {
      expect(model.formats.map((format) => format.format)).toContain(model.defaultFormat);
      for (const format of model.formats) {
        if (format.origin === "published") {
          expect(format.sources.length).toBeGreaterThan(0);
        } else {
          const source = model.formats.find((candidate) => candidate.format === format.from);
          expect(source?.origin).toBe("published");
        }
      }
    },
  );

  test("promises one content wherever a file has several sources", () => {
    for (const format of CATALOGUE.flatMap((model) => model.formats)) {
      if (format.origin === "published" && format.sources.length > 1) {
        expect(format.sha256).toMatch(/^[0-9a-f]{64}$/);
      }
    }
  });
});

describe("a name", () => {
  test.each([
    ["smollm2-135m", "smollm2-135m", "q8_0"],
    ["smollm2-135m:f16", "smollm2-135m", "f16"],
    ["SmolLM2-135M:Q4_1", "smollm2-135m", "q4_1"],
    ["qwen2.5-7b", "qwen2.5-7b", "q8_0"],
  ])("%s is %s in %s", (name, model, format) => {
    expect(parseModelName(name)).toMatchObject({
      kind: "catalogue",
      model: { name: model },
      format: { format },
    });
  });

  test.each(["./m.gguf", "m.gguf", "M.GGUF", "/a/b", "a\\b", "~/m"])("%s is a path", (name) => {
    expect(parseModelName(name)).toEqual({ kind: "file", path: name });
  });

  test("can be a file of the hub", () => {
    expect(parseModelName("hf:owner/repo.v1-GGUF/folder/model-Q8_0.gguf")).toEqual({
      kind: "hub",
      repository: "owner/repo.v1-GGUF",
      file: "folder/model-Q8_0.gguf",
      revision: "main",
    });
  });

  test("can be a format in a repository of the hub", () => {
    expect(parseModelName("hf:owner/repo:Q4_K_M")).toEqual({
      kind: "hub-format",
      repository: "owner/repo",
      format: "Q4_K_M",
    });
  });

  test.each([
    "hf:",
    "hf:owner",
    "hf:owner/repo",
    "hf:owner/repo/model.bin",
    "hf:owner/../../x.gguf",
    "hf:/repo/x.gguf",
    "hf:owner/repo/x.gguf:Q8_0",
    "hf:owner/repo:../x",
    "hf:a/b:c:d",
  ])("%s is refused", (name) => {
    expect(() => parseModelName(name)).toThrow(`"${name}" is no address of a GGUF file on the hub`);
  });

  test("that is nearly right is refused with a guess and the list", () => {
    expect(() => parseModelName("smolm2-135m")).toThrow(
      expect.objectContaining({
        kind: "model",
        code: "MODEL_UNKNOWN",
        message: 'there is no model "smolm2-135m"; did you mean smollm2-135m?',
        hint: expect.stringContaining("Known names: smollm2-135m, smollm2-360m") as string,
      }),
    );
  });

  test("that is like no other is refused without a guess", () => {
    expect(() => parseModelName("gpt-99")).toThrow(
      expect.objectContaining({ message: 'there is no model "gpt-99"' }),
    );
  });

  test("with an unknown format is refused with the formats", () => {
    expect(() => parseModelName("smollm2-135m:q5")).toThrow(
      expect.objectContaining({
        message: 'smollm2-135m has no format "q5"',
        hint: "It has: smollm2-135m:q8_0, smollm2-135m:f16, smollm2-135m:bf16, smollm2-135m:q4_1.",
      }),
    );
  });
});
