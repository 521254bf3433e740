import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { smollm2 } from "../model.ts";
import { folderWith, type Outcome, pmpo, smallTask } from "./pmpo.ts";

interface PromptDocument {
  readonly prompt: string;
  readonly loss: number;
  readonly accuracy: number;
  readonly choiceAccuracy: number | null;
}

interface RunDocument {
  readonly run: string;
  readonly start: PromptDocument;
  readonly best: PromptDocument;
  readonly verdict: {
    readonly difference: number;
    readonly interval: readonly [number, number];
    readonly text: string;
  };
  readonly tokens: {
    readonly scored: number;
    readonly cached: number;
    readonly generated: number;
  };
  readonly seconds: number;
}

let folder = "";
let first: Outcome;
let document: RunDocument;

beforeAll(async () => {
  await smollm2("q8_0");
  folder = folderWith(smallTask(1));
  first = await pmpo(["optimize", "--json"], { folder });
  document = JSON.parse(first.stdout) as RunDocument;
});

test("the document has start, best, verdict, tokens and seconds", () => {
  expect({ exitCode: first.exitCode, stderr: first.stderr }).toEqual({ exitCode: 0, stderr: "" });
  expect(first.stdout.split("\n")).toHaveLength(2);
  const keys = ["run", "mode", "start", "best", "verdict", "tokens", "seconds"];
  expect(Object.keys(document)).toEqual(keys);
  expect(document.run).toMatch(/^\d{8}-\d{6}-reviews-[0-9a-f]{4}$/);
  expect(document.start.prompt).toBe("You read reviews. Say what the writer felt.");
  expect(document.best.loss).toBeLessThanOrEqual(document.start.loss);
  for (const { accuracy } of [document.start, document.best]) {
    expect(accuracy).toBeGreaterThanOrEqual(0);
    expect(accuracy).toBeLessThanOrEqual(1);
  }
  expect(document.verdict.difference).toBeCloseTo(
    document.best.accuracy - document.start.accuracy,
    9,
  );
  expect(document.verdict.interval[0]).toBeLessThanOrEqual(document.verdict.interval[1]);
  expect(document.verdict.text).not.toBe("");
  expect(document.tokens.scored).toBeGreaterThan(0);
  expect(document.tokens.generated).toBeGreaterThan(0);
  expect(document.seconds).toBeGreaterThan(0);
});

test("the best prompt lies in the run's folder, as text and as messages", () => {
  const run = join(folder, ".pmpo", "runs", document.run);
  expect(readFileSync(join(run, "best.txt"), "utf8")).toBe(`${document.best.prompt}\n`);
  const best = JSON.parse(readFileSync(join(run, "best.json"), "utf8")) as Readonly<
    Record<string, unknown>
  >;
  expect(best["instruction"]).toBe(document.best.prompt);
  expect(best["variables"]).toEqual(["input"]);
  expect(readFileSync(join(run, "report.md"), "utf8")).toContain(document.verdict.text);
});

test("the same run again costs no token of the model, and ends the same", async () => {
  const { exitCode, stdout, stderr } = await pmpo(["optimize"], { folder });
  expect(exitCode).toBe(0);
  expect(stdout + stderr).not.toContain("\u001B");
  expect(stderr).toMatch(/\niteration {2}1 {2}(accept|keep) {2,4}loss /);
  expect(stdout).toContain(`\n${document.verdict.text}\n`);
  const shown = await pmpo(["show", "--json"], { folder });
  const again = JSON.parse(shown.stdout) as RunDocument;
  expect(again.run).not.toBe(document.run);
  expect(again.tokens.scored).toBe(0);
  expect(again.tokens.generated).toBe(0);
  expect({ start: again.start, best: again.best, verdict: again.verdict }).toEqual({
    start: document.start,
    best: document.best,
    verdict: document.verdict,
  });
});

test("layout and demonstrations can be pinned by flags", async () => {
  const args = [
    "optimize",
    "--max-iterations",
    "0",
    "--layout",
    "plain(Text/Mood)",
    "--demonstrations",
    "1",
  ];
  const { exitCode, stdout } = await pmpo([...args, "--json"], {
    folder: folderWith(smallTask(1)),
  });
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    best: { layout: "plain(Text/Mood)", demonstrations: 1 },
  });
  const refused = await pmpo(["optimize", "--demonstrations", "3..2"], { folder });
  expect(refused.exitCode).toBe(2);
  expect(refused.stderr).toContain("Expected a number or a range such as 0..8.");
});

test("resuming a finished run prints it again and changes nothing", async () => {
  const again = await pmpo(["resume", document.run, "--json"], {
    folder,
    environment: { PMPO_HOME: folderWith({}) },
  });
  expect(again).toEqual(first);
});

test("runs lists both, newest first", async () => {
  const { stdout } = await pmpo(["runs", "--json", "--project", folder], { folder: "." });
  const runs = JSON.parse(stdout) as readonly Readonly<Record<string, unknown>>[];
  expect(runs).toHaveLength(2);
  expect(runs[1]).toMatchObject({
    id: document.run,
    taskName: "reviews",
    model: "smollm2-135m",
    iterations: 1,
    startLoss: document.start.loss,
    bestLoss: document.best.loss,
    verdict: document.verdict.text,
  });
  const table = await pmpo(["runs"], { folder });
  expect(table.stdout.split("\n").map((line) => line.split(" ")[0])).toEqual([
    "run",
    ...runs.map(({ id }) => id),
    "",
  ]);
});

test("show prints what optimize printed, by any beginning of the id that is enough", async () => {
  const id = document.run;
  const text = await pmpo(["show", id, "--project", folder], { folder: "." });
  expect(text.stdout).toContain("\nBest prompt\n");
  expect(text.stdout).toContain(`\n${document.verdict.text}\n`);
  const json = await pmpo(["show", id, "--json"], { folder });
  expect(json.stdout).toBe(first.stdout);
  const markdown = await pmpo(["show", id, "--markdown"], { folder });
  expect(markdown.stdout).toMatch(/^# reviews\n\n\*\*/);
  expect(markdown.stdout).toContain("\n## Best prompt\n");
});

test("a run tells beforehand which parts got fewer examples and what is not searched", async () => {
  const task = smallTask(0);
  const { stderr } = await pmpo(["optimize"], {
    folder: folderWith({
      ...task,
      "prompt.txt": "Review: {{input}}\nFeeling:",
      "data.jsonl": `${task["data.jsonl"]}\n{"input":"Twice.","target":"positive"}\n{"input":"Twice.","target":"negative"}\n`,
    }),
  });
  expect(stderr).toMatch(
    /few, .* share: \d+ of up to 50 training, \d of up to 16 demonstration ex/,
  );
  expect(stderr).toContain("layouts are not searched");
  expect(stderr).toMatch(/different answers: examples \d+ \("positive"\) and \d+ \("negative"\)/);
});

test("what is not there is told", async () => {
  const empty = folderWith({});
  expect(await pmpo(["show"], { folder: empty })).toEqual({
    exitCode: 2,
    stdout: "",
    stderr: `error: There are no runs in ${empty}/.pmpo/runs\n  Start one with \`pmpo optimize\`, or name the folder of the project: --project FOLDER.\n`,
  });
  expect((await pmpo(["runs"], { folder: empty })).stdout).toBe(
    `No runs in ${empty} yet. Start one: pmpo optimize. Runs lie in their task's folder: --project names another.\n`,
  );
  expect((await pmpo(["resume", "nope"], { folder })).stderr).toContain(
    'There is no run "nope" in ',
  );
  expect((await pmpo(["show", "--json", "--markdown"], { folder })).stderr).toBe(
    "error: --json and --markdown exclude each other\n",
  );
});
