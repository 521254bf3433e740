import { existsSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { smollm2 } from "../model.ts";
import { folderWith, jsonLines, pmpo, REVIEWS } from "./pmpo.ts";

interface Sized {
  readonly prompt: string;
  readonly demonstrations: number;
  readonly instructionTokens: number;
  readonly promptTokens: number;
  readonly loss: number;
}

interface Document {
  readonly within: number;
  readonly trainingExamples: number;
  readonly original: Sized;
  readonly best: Sized & {
    readonly lossDifference: number;
    readonly lossInterval: readonly [number, number];
  };
  readonly steps: readonly {
    readonly operator: string;
    readonly removed: string;
    readonly promptTokens: number;
    readonly lossInterval: readonly [number, number];
  }[];
  readonly front: readonly Sized[];
  readonly tried: number;
  readonly heldOutWithin: boolean;
  readonly heldOut: {
    readonly examples: number;
    readonly lossInterval: readonly [number, number];
    readonly text: string;
  };
}

const PROMPT =
  "The sky is blue. Please read the review. Answer with one word: positive or negative.";

/** A task with a prompt that says more than it needs. */
const TASK = {
  "pmpo.yaml":
    "prompt: { file: prompt.txt, layout: { plain: { input: Review, target: Mood } } }\ndata: data.jsonl\nthreads: 1\n",
  "prompt.txt": `${PROMPT}\n`,
  "data.jsonl": jsonLines(REVIEWS),
};

let folder = "";
let document: Document;

beforeAll(async () => {
  await smollm2("q8_0");
  folder = folderWith(TASK);
  const { exitCode, stdout, stderr } = await pmpo(
    ["compress", "--within", "0.5", "--parts", "sentence", "--out", "short.json", "--json"],
    { folder },
  );
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  document = JSON.parse(stdout) as Document;
});

test("parts go for as long as the interval of the training loss stays within the bound", () => {
  const { original, best, steps, within, heldOut, heldOutWithin } = document;
  expect(original.prompt).toBe(PROMPT);
  expect(document.trainingExamples).toBe(6);
  expect(steps.map(({ removed }) => removed)).toContain("The sky is blue.");
  const sizes = [original, ...steps].map(({ promptTokens }) => promptTokens);
  expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
  for (const { lossInterval } of steps) expect(lossInterval[1]).toBeLessThanOrEqual(within);
  expect(best.promptTokens).toBe(sizes.at(-1));
  expect(original.promptTokens - best.promptTokens).toBeCloseTo(
    original.instructionTokens - best.instructionTokens,
    9,
  );
  expect(best.lossDifference).toBeCloseTo(best.loss - original.loss, 9);
  expect(heldOut.examples).toBe(5);
  expect(heldOutWithin).toBe(heldOut.lossInterval[1] <= within);
  expect(heldOut.text).toMatch(heldOutWithin ? /^The bound holds: / : /^The bound is not shown/);
});

test("the front falls in tokens and rises in loss", () => {
  const { front, tried } = document;
  expect(front.length).toBeGreaterThan(0);
  expect(front.length).toBeLessThanOrEqual(tried);
  for (const [index, { promptTokens, loss }] of front.slice(1).entries()) {
    expect(promptTokens).toBeLessThan(front[index]?.promptTokens ?? 0);
    expect(loss).toBeGreaterThan(front[index]?.loss ?? Infinity);
  }
});

test("the prompt that was written is compared as it is", async () => {
  const { stdout } = await pmpo(["compare", "prompt.txt", "short.json", "--task", ".", "--json"], {
    folder,
  });
  const { prompts } = JSON.parse(stdout) as {
    readonly prompts: readonly { readonly lossInterval?: readonly number[] }[];
  };
  expect(prompts[1]?.lossInterval).toEqual(document.heldOut.lossInterval);
});

test("demonstrations go too, and the tables say what went", async () => {
  const shown = folderWith({
    ...TASK,
    "shown.json": JSON.stringify({
      instruction: "Say positive or negative.",
      layout: { kind: "plain", inputName: "Review", targetName: "Mood" },
      demonstrations: [
        { id: "a", inputs: { input: "A fine film" }, target: "positive" },
        { id: "b", inputs: { input: "A bad film" }, target: "negative" },
      ],
    }),
  });
  const args = ["compress", ".", "shown.json", "--within", "20", "--parts", "sentence"];
  const { exitCode, stdout } = await pmpo(args, { folder: shown });
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(
    /^kept +tokens +ΔL to the original, nats +95 % interval +change\ndemonstration /,
  );
  expect(stdout).toContain("without “example a”");
  expect(stdout).toContain("without “example b”");
  expect(stdout).toMatch(
    /\nShortest within the bound \(0 demonstrations\)\n {2}Say positive or neg/,
  );
  expect(stdout).toMatch(/\nTokens: instruction (\d+) → \1, whole call \d+ → \d+ \(−\d+ %\)\.\n/);
});

test("a rewriter is asked for shorter versions only where it is named", async () => {
  const args = ["compress", "--within", "0.5", "--parts", "sentence", "--json"];
  const generated = async (...more: readonly string[]): Promise<number> => {
    const { stdout } = await pmpo([...args, ...more], { folder });
    const { tokens } = JSON.parse(stdout) as { readonly tokens: { readonly generated: number } };
    return tokens.generated;
  };
  // All that was asked for before is in the cache.
  expect(await generated()).toBe(0);
  expect(await generated("--rewriter", "smollm2-135m")).toBeGreaterThan(0);
});

test("a budget ends the work with the shortest prompt so far", async () => {
  const args = ["compress", "--within", "0.5", "--budget-tokens", "500", "--json"];
  const { stdout } = await pmpo(args, { folder });
  const short = JSON.parse(stdout) as Document & { readonly stopped: string };
  expect(short.stopped).toBe("token-budget");
  expect(short.tried).toBeLessThan(document.tried);
});

test("an instruction of one word stays", async () => {
  const args = ["compress", "--prompt-text", "Judge:", "--within", "100", "--json"];
  const { stdout } = await pmpo(args, { folder });
  expect(JSON.parse(stdout)).toMatchObject({ best: { prompt: "Judge:" }, steps: [] });
});

test.each([
  [
    ["--within", "-1"],
    /^error: option '--within <nats>' argument '-1' is invalid\. Expected a number from 0 up\./,
  ],
  [["--train", "1"], /^error: An interval needs two training examples at least; there is one\n/],
  [["latest"], /^error: .*latest: no such file or folder/],
])("%j is refused before anything is written", async (args, message) => {
  const fresh = folderWith(TASK);
  const { exitCode, stderr } = await pmpo(["compress", ...args], { folder: fresh });
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(message);
  expect(existsSync(join(fresh, ".pmpo"))).toBe(false);
});
