import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { smollm2 } from "../model.ts";
import { folderWith, jsonLines, type Outcome, pmpo } from "./pmpo.ts";

/** Word problems of one step, with a worked solution. */
const PROBLEMS = (
  [
    ["Ann has 3 apples and buys 4 more. How many has she?", "3 + 4 = 7", 7],
    ["A box holds 5 pens. How many pens are in 2 boxes?", "5 x 2 = 10", 10],
    ["Tom had 9 coins and lost 2. How many are left?", "9 - 2 = 7", 7],
    ["Six birds sat on a wall and 3 flew off. How many sit there?", "6 - 3 = 3", 3],
    ["A cat eats 2 fish a day. How many does it eat in 4 days?", "2 x 4 = 8", 8],
    ["Eva read 8 pages and then 5. How many did she read?", "8 + 5 = 13", 13],
    ["Twelve eggs are shared by 3 cooks. How many does each get?", "12 / 3 = 4", 4],
    ["A bus had 10 people and 6 got off. How many stayed?", "10 - 6 = 4", 4],
    ["Ben planted 7 trees and then 7 more. How many are there?", "7 + 7 = 14", 14],
    ["A week has 7 days. How many days have 3 weeks?", "7 x 3 = 21", 21],
    ["Lea had 15 cards and gave away 5. How many are left?", "15 - 5 = 10", 10],
    ["Four cars have 4 wheels each. How many wheels are that?", "4 x 4 = 16", 16],
  ] as const
).map(([input, working, result]) => ({ input, working: `${working}.`, target: String(result) }));

const REASONING =
  "objective: { answerAfterReasoning: { samples: 2, reasoningTokens: 16, temperature: 0.8 } }\n";

function task(settings: string, rows: readonly object[] = PROBLEMS): string {
  return folderWith({
    "pmpo.yaml": [
      "name: sums",
      "prompt: { text: Solve the problem step by step. }",
      "data: { file: data.jsonl, train: 3, demonstrations: 2, testExamples: 3 }",
      "threads: 1",
      "optimizer: { maxIterations: 1, hardCases: 1, rewritesPerHardCase: 2, racing: { firstBlock: 2 } }",
      settings,
    ].join("\n"),
    "data.jsonl": jsonLines(rows),
    "short.txt": "Answer with a number.\n",
    "long.txt": "Think step by step.\n",
  });
}

async function succeed(folder: string, ...args: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await pmpo(args, { folder });
  expect({ exitCode, stderr: exitCode === 0 ? "" : stderr }).toEqual({ exitCode: 0, stderr: "" });
  return stdout;
}

interface Scored {
  readonly meanLoss: number;
  readonly examples: readonly {
    readonly id: string;
    readonly loss: number;
    readonly tokens: readonly { readonly text: string; readonly logProb: number }[];
    readonly format?: number;
    readonly decision?: number;
    readonly reasonings?: readonly {
      readonly text: string;
      readonly finish: string;
      readonly crossEntropy: number;
    }[];
  }[];
}

const score = async (folder: string, ...args: readonly string[]): Promise<Scored> =>
  JSON.parse(await succeed(folder, "score", ...args, "--json")) as Scored;

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

beforeAll(() => smollm2("q8_0"));

describe("pmpo score", () => {
  test("scores the answer behind each sampled reasoning, and again the same", async () => {
    const folder = task(`metric: final-number\n${REASONING}`);
    const scored = await score(folder, "--limit", "2");
    for (const { loss, tokens, reasonings = [] } of scored.examples) {
      expect(reasonings).toHaveLength(2);
      expect(new Set(reasonings.map(({ text }) => text)).size).toBe(2);
      expect(loss).toBeCloseTo(mean(reasonings.map(({ crossEntropy }) => crossEntropy)), 9);
      expect(-tokens.reduce((sum, { logProb }) => sum + logProb, 0)).toBeCloseTo(loss, 9);
      expect(loss).toBeGreaterThan(0);
    }
    expect(scored.examples[0]?.tokens.map(({ text }) => text).join("")).toBe(" 7<|im_end|>");
    expect(await score(folder, "--limit", "2")).toEqual(scored);
    const other = await score(folder, "--limit", "2", "--seed", "1");
    expect(other.examples[0]?.reasonings).not.toEqual(scored.examples[0]?.reasonings);
  });

  test("says what it took, and how many reasonings the limit cut off", async () => {
    const text = await succeed(task(REASONING), "score", "--limit", "1", "--layout", "plain");
    expect(text).toContain(
      'answer after reasoning (2 of at most 16 tokens at temperature 0.8, then "\\nThe answer is ")',
    );
    expect(text).toMatch(/2 reasonings, [012] of them cut off at 16 tokens/);
  });

  test("takes the result of a worked solution, and options behind the same reasonings", async () => {
    const rows = PROBLEMS.map(({ input, working, target }) => ({
      input,
      target: `${working}\n#### ${target}`,
      options: [target, "99"],
    }));
    const refused = await pmpo(["score"], { folder: task(REASONING, rows) });
    expect(refused.exitCode).not.toBe(0);
    const bare = rows.map(({ input, target }) => ({ input, target }));
    const solved = await score(task(REASONING, bare), "--limit", "1");
    expect(solved.examples[0]?.tokens.map(({ text }) => text).join("")).toBe(" 7<|im_end|>");

    const options = PROBLEMS.map(({ input, target }) => ({
      input,
      target,
      options: [target, "99"],
    }));
    const [first] = (await score(task(REASONING, options), "--limit", "1")).examples;
    expect((first?.format ?? 0) + (first?.decision ?? 0)).toBeCloseTo(first?.loss ?? 0, 9);
  });
});

test("a whole worked solution is a target like any other without the objective", async () => {
  const rows = PROBLEMS.map(({ input, working, target }) => ({
    question: input,
    answer: `${working}\n#### ${target}`,
  }));
  const folder = task("", rows);
  const flags = ["--data", "data.jsonl", "--format", "gsm8k", "--prompt-text", "Solve it."];
  const { examples } = await score(folder, ...flags, "--limit", "1", "--threads", "1");
  const text = examples[0]?.tokens.map((token) => token.text).join("");
  expect(text).toBe("3 + 4 = 7.\n#### 7<|im_end|>");
  expect(examples[0]?.reasonings).toBeUndefined();
});

interface LoggedEvent {
  readonly type: string;
  readonly usage?: Readonly<
    Record<"evaluatedTokens" | "generatedTokens" | "requestedTokens", number>
  >;
  readonly start?: { readonly answers: readonly { readonly text: string }[] };
}

function eventsOf(folder: string, run: number): readonly LoggedEvent[] {
  const runs = join(folder, ".pmpo", "runs");
  const log = readFileSync(join(runs, readdirSync(runs).sort()[run] ?? "", "events.jsonl"), "utf8");
  return log
    .trim()
    .split("\n")
    .map((line) => (JSON.parse(line) as { event: LoggedEvent }).event);
}

const total = (events: readonly LoggedEvent[], of: keyof NonNullable<LoggedEvent["usage"]>) =>
  events.reduce((sum, { usage }) => sum + (usage?.[of] ?? 0), 0);

test("a search reasons, is estimated, and costs nothing a second time", async () => {
  const folder = task(`metric: final-number\n${REASONING}`);
  // In a project of its own, so that the run computes everything.
  const other = task(`metric: final-number\n${REASONING}`);
  const told = JSON.parse(await succeed(other, "estimate", "--simulations", "1", "--json")) as {
    readonly start: null;
    readonly begun: { readonly generatedTokens: number };
    readonly generatedTokens: { readonly expected: number };
  };
  // How long the start prompt's reasonings will be is not known exactly.
  expect(told.start).toBeNull();
  await succeed(folder, "optimize");
  const first = eventsOf(folder, 0);
  const start = first.find(({ type }) => type === "candidate-scored");
  expect(start?.usage?.generatedTokens).toBeGreaterThan(0);
  const generated = total(first, "generatedTokens");
  const expected = told.begun.generatedTokens + told.generatedTokens.expected;
  expect(expected).toBeGreaterThan(generated / 3);
  expect(expected).toBeLessThan(3 * generated);
  // Room for reasoning and answer together: more words than any number has.
  const verdict = first.find(({ type }) => type === "verdict-reached");
  const longest = Math.max(...(verdict?.start?.answers ?? []).map(({ text }) => text.length));
  expect(longest).toBeGreaterThan(20);

  await succeed(folder, "optimize");
  const second = eventsOf(folder, 1);
  expect(second.map(({ type }) => type)).toEqual(first.map(({ type }) => type));
  expect(total(second, "evaluatedTokens")).toBe(0);
  expect(total(second, "requestedTokens")).toBe(total(first, "requestedTokens"));
});

describe("other commands", () => {
  let folder = "";
  beforeAll(() => {
    folder = task(`metric: final-number\n${REASONING}`);
  });

  test("compare lets both prompts reason", async () => {
    const compared = await succeed(
      folder,
      "compare",
      "short.txt",
      "long.txt",
      "--task",
      ".",
      "--json",
    );
    const { prompts } = JSON.parse(compared) as { prompts: readonly { loss: number }[] };
    expect(prompts).toHaveLength(2);
    expect(prompts[0]?.loss).not.toBe(prompts[1]?.loss);
  });

  test.each([
    ["mask", ["mask"]],
    ["headroom", ["headroom", "--prompts", "2"]],
    ["demos", ["demos", ".", "--demonstrations", "1"]],
    ["compress", ["compress", "--parts", "sentence"]],
    ["attribute", ["attribute", "short.txt", "long.txt", "--task", "."]],
  ])("%s works with it", async (_name, args) => {
    expect(await succeed(folder, ...args)).not.toBe("");
  });
});

test("a metric that holds the whole text against the answer is refused before any work", async () => {
  const folder = task(REASONING);
  const outcomes: readonly Outcome[] = await Promise.all([
    pmpo(["optimize"], { folder }),
    pmpo(["estimate"], { folder }),
  ]);
  for (const { exitCode, stderr } of outcomes) {
    expect(exitCode).toBe(2);
    expect(stderr).toContain("The metric exact compares the whole text with the known answer");
    expect(stderr).toContain("Set `metric` in pmpo.yaml to one that finds the answer in the text");
  }
  expect(readdirSync(folder)).not.toContain(".pmpo");
});

test("a context without room for the reasoning is refused by the example", async () => {
  const folder = task(
    "metric: final-number\ncontextTokens: 64\nobjective: answer-after-reasoning\n",
  );
  const { exitCode, stderr } = await pmpo(["optimize"], { folder });
  expect(exitCode).toBe(3);
  expect(stderr).toMatch(/example \d+: \d+ prompt tokens and 2\d\d answer tokens do not fit/);
});
