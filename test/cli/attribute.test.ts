import { stripVTControlCharacters } from "node:util";
import { beforeAll, expect, test } from "vitest";
import { smollm2 } from "../model.ts";
import { folderWith, pmpo, REVIEWS, SHOWN_PROMPT, smallTask } from "./pmpo.ts";

interface Token {
  readonly text: string;
  readonly isEnd: boolean;
  readonly change: number;
}

interface Document {
  readonly model: string;
  readonly layouts: readonly [string, string];
  readonly leftOut: number;
  readonly change: number;
  readonly interval: readonly [number, number];
  readonly examples: readonly {
    readonly id: string;
    readonly before: number;
    readonly after: number;
    readonly change: number;
    readonly tokens: readonly Token[];
  }[];
  readonly contributions: readonly {
    readonly text: string;
    readonly isEnd: boolean;
    readonly occurrences: number;
    readonly contribution: number;
  }[];
}

const DATA = ["--data", "data.jsonl", "--threads", "1"];

let folder = "";

beforeAll(async () => {
  await smollm2("q8_0");
  folder = folderWith({
    ...smallTask(1),
    "vague.txt": "Say something.\n",
    "clear.txt": "Answer positive or negative: what did the writer feel?\n",
    "shown.json": SHOWN_PROMPT,
  });
});

async function attribute(...args: readonly string[]): Promise<Document> {
  const { exitCode, stdout, stderr } = await pmpo(["attribute", ...args, "--json"], { folder });
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  return JSON.parse(stdout) as Document;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

test("every answer's change is told by its tokens, the most changed first", async () => {
  const { examples, change, interval, contributions } = await attribute(
    "vague.txt",
    "clear.txt",
    ...DATA,
  );
  expect(examples).toHaveLength(REVIEWS.length);
  for (const { id, before, after, change: own, tokens } of examples) {
    const { target } = REVIEWS[Number(id) - 1] ?? {};
    expect(tokens.map(({ text }) => text).join("")).toBe(`${target}<|im_end|>`);
    expect(own).toBeCloseTo(after - before, 9);
    expect(sum(tokens.map((token) => token.change))).toBeCloseTo(own, 9);
  }
  const sizes = examples.map((example) => Math.abs(example.change));
  expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
  expect(change).toBeCloseTo(sum(examples.map((example) => example.change)) / 12, 9);
  // A prompt that names the answers makes them likelier, beyond doubt.
  expect(interval[0]).toBeGreaterThan(0);
  expect(sum(contributions.map(({ contribution }) => contribution))).toBeCloseTo(change, 9);
  expect(contributions.find(({ isEnd }) => isEnd)?.occurrences).toBe(12);
});

test("layouts that cut answers otherwise are set beside each other; what a prompt shows is left out", async () => {
  const { layouts, leftOut, examples } = await attribute("vague.txt", "shown.json", ...DATA);
  expect(layouts).toEqual(["system", "plain(Review/Sentiment)"]);
  expect(leftOut).toBe(1);
  for (const { id, tokens } of examples) {
    const body = tokens.filter(({ isEnd }) => !isEnd).map(({ text }) => text);
    expect(body.join("")).toBe(REVIEWS[Number(id) - 1]?.target);
    expect(tokens.at(-1)?.isEnd).toBe(true);
  }
});

test("a prompt against itself changes nothing", async () => {
  const { change, interval } = await attribute("vague.txt", "vague.txt", ...DATA, "--limit", "3");
  expect({ change, interval }).toEqual({ change: 0, interval: [0, 0] });
});

test("of a task, the held-out examples come in colours, then the tokens, then the mean", async () => {
  const { exitCode, stdout } = await pmpo(
    ["attribute", "vague.txt", "clear.txt", "--task", ".", "--threads", "1", "--show", "2"],
    { folder, environment: { FORCE_COLOR: "1" } },
  );
  expect(exitCode).toBe(0);
  const lines = stdout.split("\n");
  expect(lines[0]).toMatch(/^\d+ {2}\+\d+\.\d{3} nats {2}/);
  expect(lines[1]?.startsWith("  \u001B[32m")).toBe(true);
  expect(stripVTControlCharacters(lines[1] ?? "")).toMatch(/^ {2}(positive|negative)\[\+\d+\.\d\]/);
  expect(lines[5]).toMatch(/^token +times +nats an example +nats a time$/);
  expect(stdout).toMatch(/mean change \+[\d.]+ nats an example/);
  expect(lines.at(-2)).toMatch(/^5 examples, the most changed first \(2 shown\); [\d,]+ tokens/);
});

test.each([
  [["vague.txt"], /error: missing required argument 'second'/],
  [["vague.txt", "gone.txt", ...DATA], /gone\.txt: the prompt cannot be read/],
  [["vague.txt", "clear.txt", "--task", ".", ...DATA], /--task and --data exclude each other/],
])("%j is refused", async (args, message) => {
  const { exitCode, stdout, stderr } = await pmpo(["attribute", ...args], { folder });
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
  expect(stderr).toMatch(message);
});
