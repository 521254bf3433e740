import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { smollm2 } from "../model.ts";
import { folderWith, jsonLines, type Outcome, pmpo, REVIEWS, smallTask } from "./pmpo.ts";

interface Measured {
  readonly loss: number;
  readonly promptTokens: number;
  readonly demonstrations: readonly string[];
}

interface Document {
  readonly trainingExamples: number;
  readonly pool: { readonly size: number; readonly leftOut: number };
  readonly without: Measured;
  readonly given: Measured | null;
  readonly best: Measured;
  readonly stopped: string;
  readonly refused: number;
  readonly inRange: boolean;
  readonly steps: readonly { readonly operator: string; readonly loss: number }[];
  readonly verdicts: readonly {
    readonly against: string;
    readonly accuracyBefore: number;
    readonly accuracyAfter: number;
    readonly difference: number;
    readonly interval: readonly [number, number];
    readonly lossInterval: readonly [number, number];
    readonly pValue: number;
    readonly adjustedPValue: number;
    readonly text: string;
  }[];
}

/** A task with four training examples, two to show and six held out. */
function taskToShow(): Readonly<Record<string, string>> {
  const task = smallTask(1);
  const yaml = (task["pmpo.yaml"] ?? "").replace("data.jsonl", "{ file: data.jsonl, train: 4 }");
  return { ...task, "pmpo.yaml": yaml };
}

let folder = "";
let first: Outcome;
let document: Document;

beforeAll(async () => {
  await smollm2("q8_0");
  folder = folderWith(taskToShow());
  first = await pmpo(["demos", "--demonstrations", "0..2", "--out", "shown.json", "--json"], {
    folder,
  });
  document = JSON.parse(first.stdout) as Document;
});

test("demonstrations are chosen by training loss, and held against none on held-out examples", () => {
  expect({ exitCode: first.exitCode, stderr: first.stderr }).toEqual({ exitCode: 0, stderr: "" });
  const { without, given, best, steps, verdicts, pool } = document;
  expect({ pool, trainingExamples: document.trainingExamples }).toEqual({
    pool: { size: 2, leftOut: 0 },
    trainingExamples: 4,
  });
  expect(given).toBeNull();
  const losses = [without, ...steps].map(({ loss }) => loss);
  expect(losses).toEqual(losses.toSorted((a, b) => b - a));
  expect(steps.length).toBeGreaterThan(0);
  expect(best.loss).toBe(losses.at(-1));
  expect(best.promptTokens).toBeGreaterThan(without.promptTokens);
  expect(document).toMatchObject({ stopped: "no-better", inRange: true });
  const [verdict] = verdicts;
  expect(verdicts).toHaveLength(1);
  expect(verdict?.against).toBe("without demonstrations");
  expect(verdict?.adjustedPValue).toBe(verdict?.pValue);
  expect(verdict?.difference).toBeCloseTo(
    (verdict?.accuracyAfter ?? 0) - (verdict?.accuracyBefore ?? 0),
    9,
  );
  expect(verdict?.lossInterval[1]).toBeLessThan(0);
  expect(verdict?.text).toMatch(/held-out accuracy .* on 6 examples/);
});

test("the prompt that was written can be compared and scored as it is", async () => {
  const written = JSON.parse(readFileSync(join(folder, "shown.json"), "utf8")) as {
    readonly demonstrations: readonly { readonly id: string }[];
    readonly messages: readonly object[];
  };
  expect(written.demonstrations.map(({ id }) => id)).toEqual(document.best.demonstrations);
  expect(written.messages).toHaveLength(2 + 2 * written.demonstrations.length);
  const compared = await pmpo(["compare", "prompt.txt", "shown.json", "--task", ".", "--json"], {
    folder,
  });
  expect(JSON.parse(compared.stdout)).toMatchObject({
    leftOut: 0,
    prompts: [{ demonstrations: 0 }, { lossDifference: expect.any(Number) as number }],
  });
  const scored = await pmpo(
    ["score", "--prompt", "shown.json", "--data", "data.jsonl", "--threads", "1", "--json"],
    { folder },
  );
  const { examples } = JSON.parse(scored.stdout) as { readonly examples: readonly object[] };
  expect(examples).toHaveLength(12 - written.demonstrations.length);
});

test("begun again, it ends the same at no cost", async () => {
  const again = await pmpo(["demos", ".", "prompt.txt", "--demonstrations", "0..2", "--json"], {
    folder,
  });
  const {
    tokens,
    seconds: _seconds,
    ...rest
  } = JSON.parse(again.stdout) as {
    readonly tokens: object;
    readonly seconds: number;
  };
  expect(tokens).toEqual({ scored: 0, generated: 0 });
  expect(JSON.parse(first.stdout)).toMatchObject(rest);
});

test("a finished run gives its best prompt, its examples and its seed", async () => {
  const task = folderWith(taskToShow());
  await pmpo(["optimize", "--demonstrations", "1", "--seed", "3", "--json"], { folder: task });
  const { exitCode, stdout, stderr } = await pmpo(
    ["demos", "latest", "--demonstrations", "2", "--json"],
    { folder: task },
  );
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  const { given, best, verdicts } = JSON.parse(stdout) as Document;
  expect(given?.demonstrations).toHaveLength(1);
  expect(best.demonstrations).toHaveLength(2);
  expect(verdicts.map(({ against }) => against)).toEqual(["without demonstrations", "as given"]);
  const largest = Math.max(...verdicts.map(({ pValue }) => pValue));
  expect(Math.max(...verdicts.map(({ adjustedPValue }) => adjustedPValue))).toBeGreaterThanOrEqual(
    largest,
  );
  const compared = await pmpo(["compare", "prompt.txt", "latest", "--json"], { folder: task });
  const { prompts } = JSON.parse(compared.stdout) as {
    readonly prompts: readonly { readonly demonstrations: number }[];
  };
  expect(prompts.map(({ demonstrations }) => demonstrations)).toEqual([0, 1]);
});

test("a run is looked for in the task's folder, and brings its own examples", async () => {
  const task = folderWith(taskToShow());
  const run = await pmpo(["optimize", "--max-iterations", "0", "--json"], { folder: task });
  const { run: id } = JSON.parse(run.stdout) as { readonly run: string };
  expect(await pmpo(["demos", task, "latest", "--seed", "4"], { folder: "." })).toEqual({
    exitCode: 2,
    stdout: "",
    stderr: "error: A run brings its own examples and prompt: leave out --seed\n",
  });
  appendFileSync(join(task, "data.jsonl"), jsonLines([{ input: "Late", target: "negative" }]));
  const changed = await pmpo(["demos", task, "latest"], { folder: "." });
  expect(changed.stderr).toMatch(/^error: .*data\.jsonl: the data changed since this run began\n/);
  const log = join(task, ".pmpo", "runs", id, "events.jsonl");
  const [started = ""] = readFileSync(log, "utf8").split("\n");
  writeFileSync(log, `${started}\n`);
  const unfinished = await pmpo(["demos", id], { folder: task });
  expect(unfinished.stderr).toMatch(
    /^error: Run \S+ is not finished: .*\n {2}Go on with it first: /,
  );
  rmSync(join(task, ".pmpo", "runs", id, "best.json"));
  const compared = await pmpo(["compare", "prompt.txt", id], { folder: task });
  expect(compared.stderr).toBe(unfinished.stderr);
});

test("what does not fit the context is not tried, and a large choice is bounded, both told", async () => {
  const args = ["demos", "--demonstrations", "2", "--context-tokens", "64", "--limit", "2"];
  const narrow = await pmpo([...args, "--json"], { folder });
  const { best, refused, inRange } = JSON.parse(narrow.stdout) as Document;
  expect(best.demonstrations.length).toBeLessThan(2);
  expect(refused).toBeGreaterThan(0);
  expect(inRange).toBe(false);
  const rows = Array.from({ length: 240 }, (_, index) => ({
    input: `${REVIEWS[index % REVIEWS.length]?.input} ${index}`,
    target: REVIEWS[index % REVIEWS.length]?.target,
  }));
  const yaml =
    "prompt: Say it.\ndata: { file: data.jsonl, train: 2, demonstrations: 40 }\nthreads: 1\n";
  const large = folderWith({ "pmpo.yaml": yaml, "data.jsonl": jsonLines(rows) });
  const spent = ["demos", "--demonstrations", "2..4", "--budget-tokens", "1", "--limit", "2"];
  const { stdout } = await pmpo(spent, { folder: large });
  expect(stdout).toContain(
    "\nNot as asked: 0 shown, not 2 to 4, because the token budget was used up before.",
  );
  expect(stdout).toContain("\nchosen among 32 examples (8 more left out: ");
  expect(stdout).toContain("\nstopped: the token budget is used up; ");
});

test("the table shows the steps, then what is shown and what it is worth", async () => {
  const { stdout } = await pmpo(["demos", "--demonstrations", "1"], { folder });
  expect(stdout).toMatch(/^change +training loss +change of it +shown +examples\nwithout dem/);
  expect(stdout).toMatch(/\nadd +\d+\.\d{3} +−\d+\.\d{3} +1 +\d+\n/);
  expect(stdout).toMatch(/\nShown, in this order: 1 example\n {2}\d+: .* → (positive|negative)\n/);
  expect(stdout).toMatch(/\nCost: \d+ → \d+ prompt tokens a call \(\+\d+\)\.\n/);
});

test.each([
  [
    ["--demonstrations", "3"],
    /^error: At least 3 to show are needed, but 2 examples of .*data\.jsonl could be set aside for it\n {2}Ask for fewer/,
  ],
  [["--out", "best.txt"], "error: --out best.txt: the name has to end in .json\n"],
  [["--out", "gone/best.json"], /^error: --out gone\/best\.json: there is no folder /],
  [
    ["--prompt", "shown.json"],
    /^error: .*shown\.json: this command takes the text of an instruction, not a whole prompt\n/,
  ],
  [
    [".", "best.json", "--layout", "user"],
    /best\.json: a whole prompt brings its own layout\n {2}Leave out --layout/,
  ],
  [[".", "nope"], /^error: There (is no run "nope"|are no runs) in /],
])("%j is refused before anything is written", async (args, message) => {
  const fresh = folderWith(taskToShow());
  const { exitCode, stderr } = await pmpo(["demos", ...args], { folder: fresh });
  expect(exitCode).toBe(2);
  if (typeof message === "string") expect(stderr).toBe(message);
  else expect(stderr).toMatch(message);
  expect(existsSync(join(fresh, ".pmpo"))).toBe(false);
});

test("optimize takes up to sixteen, and refuses more in every prompt than could be set aside", async () => {
  const fresh = folderWith(taskToShow());
  const optimize = ["optimize", "--max-iterations", "0", "--json", "--demonstrations"];
  const { exitCode, stderr } = await pmpo([...optimize, "16"], { folder: fresh });
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(
    /^error: search\.demonstrations asks for 16 in every prompt, but 2 examples of .* could be set aside/,
  );
  const range = await pmpo([...optimize, "0..16"], { folder: fresh });
  expect({ exitCode: range.exitCode, stderr: range.stderr }).toEqual({ exitCode: 0, stderr: "" });
});
