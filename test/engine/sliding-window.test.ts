import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  createRandom,
  dryRun,
  type LanguageModel,
  type ScoreRequest,
  type TokenLogProbs,
} from "pmpo";
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadModel } from "../model.ts";
import { tinyModel } from "./tiny-model.ts";

const WINDOW_TOKENS = 200;
const folder = mkdtempSync(join(tmpdir(), "pmpo-window-"));
let model: LanguageModel;

beforeAll(async () => {
  const path = join(folder, "tiny.gguf");
  writeFileSync(path, tinyModel("gemma2", WINDOW_TOKENS));
  model = await loadModel(path);
});

afterAll(async () => {
  await model[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

/** Prompts that begin alike, as long as asked for with their answers. */
function requestsOf(lengths: readonly number[]): readonly ScoreRequest[] {
  const random = createRandom(0, "window");
  const drawn = (length: number): Int32Array =>
    Int32Array.from({ length }, () => 3 + Math.floor(random.float() * 256));
  const beginning = drawn(100);
  return lengths.map((length, index) => ({
    id: `request ${index}`,
    context: Int32Array.from([...beginning, ...drawn(length - 110)]),
    target: drawn(10),
  }));
}

const LENGTHS = [180, 199, 150, 120, 199, 130, 199];

async function counted(
  scorer: LanguageModel,
  requests: readonly ScoreRequest[],
): Promise<{ readonly results: readonly TokenLogProbs[]; readonly evaluated: number }> {
  let evaluated = 0;
  const results = await scorer.score(requests, {
    onUsage: ({ evaluatedTokens }) => (evaluated += evaluatedTokens),
  });
  return { results, evaluated };
}

test("requests that the window holds whole share their beginning, with the numbers each has alone", async () => {
  const requests = requestsOf(LENGTHS);
  // Twice: the second time the beginning comes out of memory.
  const calls = [await counted(model, requests), await counted(model, requests)];
  const behind = LENGTHS.reduce((sum, length) => sum + length - 1 - 100, 0);
  expect(calls.map(({ evaluated }) => evaluated)).toEqual([100 + behind, behind + (100 % 64)]);
  for (const [index, request] of requests.entries()) {
    const [alone] = await model.score([request]);
    for (const { results } of calls) {
      results[index]?.logProbs.forEach((logProb, place) => {
        expect(logProb).toBeCloseTo(alone?.logProbs[place] ?? Number.NaN, 2);
      });
    }
  }
});

test("one request that the window does not hold makes its call evaluate each whole", async () => {
  const requests = requestsOf([...LENGTHS, WINDOW_TOKENS]);
  const { results, evaluated } = await counted(model, requests);
  expect(evaluated).toBe(requests.length * 109 + LENGTHS.reduce((a, b) => a + b - 110, 90));
  const [alone] = await model.score(requests.slice(-1));
  expect([...(results.at(-1)?.logProbs ?? [])]).toEqual([...(alone?.logProbs ?? [])]);
});

test("a dry run counts both as they are evaluated", async () => {
  const dry = dryRun(model, {
    score: (requests) =>
      requests.map(({ target }) => ({ logProbs: new Float64Array(target.length) })),
    generate: () => [],
  });
  for (const lengths of [LENGTHS, [...LENGTHS, WINDOW_TOKENS]]) {
    const fresh = await loadModel(join(folder, "tiny.gguf"));
    const requests = requestsOf(lengths);
    expect((await counted(dry, requests)).evaluated).toBe(
      (await counted(fresh, requests)).evaluated,
    );
    await fresh[Symbol.asyncDispose]();
  }
});
