import { beforeAll, expect, test } from "vitest";
import { smollm2 } from "../model.ts";
import { folderWith, jsonLines, pmpo, REVIEWS } from "./pmpo.ts";

interface ScoreDocument {
  readonly model: string;
  readonly meanLoss: number;
  readonly examples: readonly {
    readonly id: string;
    readonly loss: number;
    readonly tokens: readonly {
      readonly token: number;
      readonly text: string;
      readonly logProb: number;
    }[];
    readonly format?: number;
    readonly decision?: number;
    readonly picked?: string;
    readonly margin?: number;
    readonly brier?: number;
  }[];
  readonly layout: string;
  readonly perToken: number;
  readonly perByte: number;
  readonly format: number | null;
  readonly decision: number | null;
  readonly choice: Readonly<Record<"margin" | "brier" | "calibrationError", number>> | null;
}

const CAPITALS = [
  { id: "france", input: "France", target: "Paris" },
  { id: "japan", input: "Japan", target: "Tokyo, of course" },
  { id: "chile", input: "Chile", target: "Santiago" },
];

const FILES = {
  "data.jsonl": jsonLines(CAPITALS),
  "prompt.txt": "Name the capital of the country.\n",
};

const ON_FILES = ["score", "--data", "data.jsonl", "--prompt", "prompt.txt", "--threads", "1"];

let folder = "";
let document: ScoreDocument;

beforeAll(async () => {
  await smollm2("q8_0");
  folder = folderWith(FILES);
  document = await score(folder, ...ON_FILES);
});

async function score(folder: string, ...args: readonly string[]): Promise<ScoreDocument> {
  const { exitCode, stdout, stderr } = await pmpo([...args, "--json"], { folder });
  expect(stderr).toBe("");
  expect(exitCode).toBe(0);
  expect(stdout.split("\n")).toHaveLength(2);
  return JSON.parse(stdout) as ScoreDocument;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

test("the document holds the log-probability of every token of every answer", () => {
  expect(Object.keys(document).slice(0, 3)).toEqual(["model", "meanLoss", "examples"]);
  expect(document.model).toBe("smollm2-135m");
  expect(document.layout).toBe("system");
  expect(document.examples.map(({ id }) => id)).toEqual(["france", "japan", "chile"]);
  for (const [index, { loss, tokens }] of document.examples.entries()) {
    expect(loss).toBeCloseTo(-sum(tokens.map(({ logProb }) => logProb)), 9);
    expect(tokens.map(({ text }) => text).join("")).toBe(`${CAPITALS[index]?.target}<|im_end|>`);
    expect(tokens.every(({ logProb }) => logProb <= 0)).toBe(true);
  }
  expect(document.meanLoss).toBeCloseTo(sum(document.examples.map(({ loss }) => loss)) / 3, 9);
  const tokenCount = sum(document.examples.map(({ tokens }) => tokens.length));
  expect(document.perToken).toBeCloseTo((3 * document.meanLoss) / tokenCount, 9);
  const bytes = sum(CAPITALS.map(({ target }) => target.length));
  expect(document.perByte).toBeCloseTo((3 * document.meanLoss) / bytes, 9);
  expect(document.format).toBe(null);
  expect(document.choice).toBe(null);
});

test("the same command gives the same bits", async () => {
  expect(await score(folder, ...ON_FILES)).toEqual(document);
});

test("--no-end leaves out the token that ends an answer", async () => {
  const short = await score(folder, ...ON_FILES, "--no-end", "--limit", "1");
  expect(short.examples.map(({ tokens }) => tokens.map(({ text }) => text))).toEqual([["Paris"]]);
});

test("the layout is the one that is told, and plain text ends in a line break", async () => {
  const plain = await score(folder, ...ON_FILES, "--layout", "plain", "--limit", "1");
  expect(plain.layout).toBe("plain(Input/Output)");
  expect(plain.examples[0]?.tokens.map(({ text }) => text).join("")).toBe(" Paris\n");
  const user = await score(folder, ...ON_FILES, "--layout", "user", "--limit", "1");
  expect(user.layout).toBe("user");
  expect(user.meanLoss).not.toBe(plain.meanLoss);
});

test("a prompt with variables is the user message itself", async () => {
  const args = ["score", "--data", "data.jsonl", "--limit", "1", "--threads", "1"];
  const filled = await score(folder, ...args, "--prompt-text", "Name the capital of {{input}}.");
  expect(filled.layout).toBe("template");
});

test("one example is enough, and its fields may have other names", async () => {
  const row = { country: "France", capital: "Paris" };
  const renamed = folderWith({ ...FILES, "data.jsonl": jsonLines([row]) });
  const fields = ["--input-field", "country", "--target-field", "capital"];
  const mapped = await score(renamed, ...ON_FILES, ...fields);
  expect(mapped.examples.map(({ id }) => id)).toEqual(["1"]);
  const usual = await score(folder, ...ON_FILES, "--limit", "1");
  expect(mapped.meanLoss).toBe(usual.meanLoss);
});

test("where the answers form a closed set, format and decision add up to the loss", async () => {
  const reviews = folderWith({ ...FILES, "data.jsonl": jsonLines(REVIEWS.slice(0, 8)) });
  const { examples, format, decision, meanLoss, choice } = await score(reviews, ...ON_FILES);
  for (const example of examples) {
    const { loss, format = Number.NaN, decision = Number.NaN, picked } = example;
    expect(format + decision).toBeCloseTo(loss, 9);
    expect(["positive", "negative"]).toContain(picked);
    // Of two options, the share of the right one says all: p = e^−decision.
    const share = Math.exp(-decision);
    expect(example.brier).toBeCloseTo(2 * (1 - share) ** 2, 9);
    expect(example.margin).toBeCloseTo(Math.log(share / (1 - share)), 9);
  }
  expect(choice?.margin).toBeCloseTo(sum(examples.map(({ margin = 0 }) => margin)) / 8, 9);
  expect(choice?.brier).toBeCloseTo(sum(examples.map(({ brier = 0 }) => brier)) / 8, 9);
  expect(choice?.calibrationError).toBeGreaterThan(0);
  expect(choice?.calibrationError).toBeLessThanOrEqual(1);
  expect((format ?? Number.NaN) + (decision ?? Number.NaN)).toBeCloseTo(meanLoss, 9);
});

test("a task folder stands for prompt and data, and flags override it", async () => {
  const project = folderWith({});
  await pmpo(["init", "task"], { folder: project });
  const args = ["score", "task", "--limit", "2", "--threads", "1"];
  const task = await score(project, ...args);
  expect(task.examples).toHaveLength(2);
  expect(task.examples[0]?.picked).toMatch(/^(order|refund|question)$/);
  const other = await score(project, ...args, "--prompt-text", "Guess.");
  expect(other.meanLoss).not.toBe(task.meanLoss);
});

test("without --json, the hardest examples come first and the means stand below", async () => {
  const { examples, meanLoss, perToken, perByte } = document;
  const { exitCode, stdout, stderr } = await pmpo(ON_FILES, { folder });
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  const [head = "", ...lines] = stdout.split("\n");
  expect(head.split(/ {2,}/)).toEqual([
    "example",
    "loss",
    "per token",
    "tokens",
    "answer",
    "input",
  ]);
  const hardestFirst = examples.toSorted((a, b) => b.loss - a.loss);
  expect(lines.slice(0, 3).map((line) => line.split(/ {2,}/).slice(0, 2))).toEqual(
    hardestFirst.map(({ id, loss }) => [id, loss.toFixed(3)]),
  );
  expect(lines.slice(3)).toEqual([
    "",
    "smollm2-135m, layout system, 3 examples",
    `mean loss ${meanLoss.toFixed(3)} nats (${perToken.toFixed(3)} per token, ${perByte.toFixed(3)} per byte)`,
    "",
  ]);
});

test("a layout beside a whole prompt, which brings its own, is refused", async () => {
  const args = ["score", "--data", "data.jsonl", "--prompt", "best.json", "--layout", "user"];
  const { exitCode, stderr } = await pmpo(args, { folder });
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(
    /best\.json: a whole prompt brings its own layout\n {2}Leave out --layout/,
  );
});
