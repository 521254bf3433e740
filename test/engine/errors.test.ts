import {
  copyFileSync,
  mkdtempSync,
  openSync,
  closeSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { convertGguf, type LanguageModel } from "pmpo";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadModel, loadSmollm2, smollm2 } from "../model.ts";

let folder: string;
let weights: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "pmpo-engine-"));
  weights = await smollm2("q8_0");
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** A copy of the real file with the first occurrence of a text in its header replaced. */
function edited(name: string, from: string, to: string): string {
  const path = join(folder, name);
  copyFileSync(weights, path);
  const place = readFileSync(weights).subarray(0, 4096).indexOf(from);
  expect(place).toBeGreaterThan(0);
  expect(to).toHaveLength(from.length);
  const file = openSync(path, "r+");
  writeSync(file, to, place, "latin1");
  closeSync(file);
  return path;
}

describe("a file that is no model", () => {
  test("is refused when it is text", async () => {
    const path = join(folder, "notes.gguf");
    writeFileSync(path, "These are my notes, not a model.\n");
    await expect(loadModel(path)).rejects.toThrow(
      expect.objectContaining({
        name: "PmpoError",
        kind: "model",
        code: "ENGINE_MODEL_LOAD",
        message: expect.stringMatching(
          /notes\.gguf cannot be loaded as a model: .*magic/,
        ) as string,
        hint: "Pull it again, or use another GGUF file of a text model.",
      }),
    );
  });

  test("is refused when it does not exist", async () => {
    await expect(loadModel(join(folder, "missing.gguf"))).rejects.toThrow(
      /missing\.gguf cannot be loaded as a model: .*No such file/,
    );
  });

  test.each([2000, 5_000_000])("is refused when it ends after %i bytes", async (bytes) => {
    const path = join(folder, `cut-${bytes}.gguf`);
    copyFileSync(weights, path);
    truncateSync(path, bytes);
    await expect(loadModel(path)).rejects.toThrow(
      new RegExp(`cut-${bytes}\\.gguf cannot be loaded as a model: (?!no reason)`),
    );
  });

  test("is refused when llama.cpp does not know its architecture", async () => {
    const path = edited("unknown.gguf", "llama", "lambo");
    await expect(loadModel(path)).rejects.toThrow(
      /unknown\.gguf cannot be loaded as a model: .*unknown model architecture: 'lambo'/,
    );
  });

  test("is not converted either", async () => {
    const path = join(folder, "letters.gguf");
    writeFileSync(path, "Dear reader");
    await expect(convertGguf(path, join(folder, "out.gguf"), "f16")).rejects.toThrow(
      expect.objectContaining({ kind: "model", code: "MODEL_CONVERT" }),
    );
  });
});

describe("the engine's thread", () => {
  /** The thread that a piece of work posts its first message to. */
  async function threadOf<T>(work: () => Promise<T>): Promise<{ result: T; thread: Worker }> {
    // oxlint-disable-next-line typescript/unbound-method -- put back as it was
    const original = Worker.prototype.postMessage;
    const seen: Worker[] = [];
    Worker.prototype.postMessage = function (this: Worker, ...message): void {
      seen.push(this);
      original.apply(this, message);
    };
    try {
      const result = await work();
      const thread = seen.find(({ threadId }) => threadId > 0);
      if (thread === undefined) throw new Error("No thread was asked");
      return { result, thread };
    } finally {
      Worker.prototype.postMessage = original;
    }
  }

  test("answers with an error, and no hang, when it dies in the middle of calls", async () => {
    const { result: model, thread } = await threadOf(() => loadSmollm2("q8_0"));
    const requests = await longRequests(model);
    const calls = [model.score(requests), model.score(requests)];
    void thread.terminate();
    const crashed = expect.objectContaining({
      name: "PmpoError",
      kind: "model",
      code: "ENGINE_CRASHED",
      message: "The embedded engine's thread ended with code 1",
    }) as Error;
    for (const call of await Promise.allSettled(calls)) {
      expect(call).toEqual({ status: "rejected", reason: crashed });
    }
    await expect(model.score(requests)).rejects.toThrow(crashed);
    await model[Symbol.asyncDispose]();
  });

  test("can be started again after it died", async () => {
    const model = await loadSmollm2("q8_0");
    const [request] = await longRequests(model);
    const results = await model.score(request === undefined ? [] : [request]);
    expect(results).toHaveLength(1);
    await model[Symbol.asyncDispose]();
  });

  test("closes after the calls that are under way, and says so to later ones", async () => {
    const model = await loadSmollm2("q8_0");
    const requests = await longRequests(model);
    const call = model.score(requests);
    const closed = model[Symbol.asyncDispose]();
    await expect(model.score(requests)).rejects.toThrow(
      "The model was closed and cannot be asked any more",
    );
    expect(await call).toHaveLength(requests.length);
    await closed;
  });

  async function longRequests(
    model: LanguageModel,
  ): Promise<{ id: string; context: Int32Array; target: Int32Array }[]> {
    const encoded = await model.encode(
      ["red", "green", "blue"].map((word) => ({
        prompt: { kind: "text", text: `${word} paint, `.repeat(60) },
        target: word,
      })),
    );
    return encoded.map((request, index) => ({ id: `paint ${index}`, ...request }));
  }
});

test("a context of its own size is what requests are held against", async () => {
  const model = await loadModel(weights, 64);
  expect(model.capabilities.contextTokens).toBe(64);
  const [request] = await model.encode([
    { prompt: { kind: "text", text: "one two three ".repeat(30) }, target: "four" },
  ]);
  const requests = request === undefined ? [] : [{ id: "row 7", ...request }];
  await expect(model.score(requests)).rejects.toThrow(
    `row 7: ${request?.context.length ?? 0} prompt tokens and 2 answer tokens do not fit the context of 64`,
  );
  await model[Symbol.asyncDispose]();
});
