import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { smollm2 } from "../model.ts";
import { folderWith, jsonLines, pmpo, smallTask } from "./pmpo.ts";

interface Document {
  readonly examples: number;
  readonly foretells: boolean;
  readonly text: string;
  readonly signals: readonly {
    readonly name: string;
    readonly correlation: number | null;
    readonly pValue: number;
  }[];
  readonly candidates: readonly { readonly id: string; readonly trainingLoss: number }[];
}

let folder = "";

beforeAll(async () => {
  await smollm2("q8_0");
  const task = smallTask(2);
  const full = (task["pmpo.yaml"] ?? "").replace("racing: { firstBlock: 2 }", "racing: false");
  folder = folderWith({ ...task, "pmpo.yaml": full });
  await pmpo(["optimize", "--json"], { folder });
});

test("candidates of a run, from the lowest loss to the highest, are tested and correlated", async () => {
  const { exitCode, stdout, stderr } = await pmpo(["signal", "--prompts", "5", "--json"], {
    folder,
  });
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  const { examples, foretells, text, signals, candidates } = JSON.parse(stdout) as Document;
  expect(examples).toBe(5);
  expect(candidates).toHaveLength(5);
  const losses = candidates.map(({ trainingLoss }) => trainingLoss);
  expect(losses).toEqual(losses.toSorted((a, b) => a - b));
  expect(signals.map(({ name }) => name)).toEqual(["objective", "cross-entropy"]);
  const [objective] = signals;
  expect(foretells).toBe((objective?.correlation ?? 0) < 0 && (objective?.pValue ?? 1) < 0.05);
  expect(text).toMatch(foretells ? /^The loss foretells/ : /cannot be told from 5 candidates/);
});

test("what was measured stands in every report of the run", async () => {
  const { text } = JSON.parse(
    (await pmpo(["signal", "--prompts", "5", "--json"], { folder })).stdout,
  ) as Document;
  const [shown, markdown, page] = await Promise.all([
    pmpo(["show", "--json"], { folder }),
    pmpo(["show", "--markdown"], { folder }),
    pmpo(["report", "--out", "report.html"], { folder }),
  ]);
  expect(page.stderr).toBe("");
  const { signal } = JSON.parse(shown.stdout) as { readonly signal: Omit<Document, "text"> };
  expect(signal.candidates).toHaveLength(5);
  const plain = text.replace(/[<>&]/g, "").slice(0, 40);
  expect(markdown.stdout).toContain("## Does the loss foretell accuracy?");
  expect(markdown.stdout).toContain(plain);
  const html = readFileSync(join(folder, "report.html"), "utf8");
  expect(html).toContain("Loss against held-out accuracy");
  expect(html).toContain(plain);
});

test("the tables name candidates and signals", async () => {
  const { stdout } = await pmpo(["signal", "--prompts", "5", "--limit", "2"], { folder });
  expect(stdout).toMatch(
    /^candidate +training loss +held-out loss +accuracy +layout +shown +instruction\nc\d/,
  );
  expect(stdout).toMatch(
    /\nsignal on the training examples +rank correlation with accuracy +p\nobjective /,
  );
  expect(stdout).toMatch(/\n2 held-out examples; /);
});

test("data that changed since the run are refused: other examples would be held out", async () => {
  const file = join(folder, "data.jsonl");
  const before = readFileSync(file, "utf8");
  appendFileSync(file, jsonLines([{ input: "Late", target: "negative" }]));
  const { exitCode, stderr } = await pmpo(["signal"], { folder });
  writeFileSync(file, before);
  expect(exitCode).toBe(4);
  expect(stderr).toMatch(/^error: .*data\.jsonl: the data changed since this run began\n/);
});

test("candidates that racing dropped are scored on all training examples, and tested too", async () => {
  const raced = folderWith(smallTask(2));
  const run = JSON.parse((await pmpo(["optimize", "--json"], { folder: raced })).stdout) as {
    readonly run: string;
  };
  const log = readFileSync(join(raced, ".pmpo", "runs", run.run, "events.jsonl"), "utf8");
  const { stdout } = await pmpo(["signal", "--prompts", "6", "--json"], { folder: raced });
  const { candidates } = JSON.parse(stdout) as Document;
  expect(candidates).toHaveLength(6);
  const dropped = candidates.filter(({ id }) =>
    log.includes(`"type":"candidate-dropped","candidateId":"${id}"`),
  );
  expect(dropped.length).toBeGreaterThan(0);
  const losses = candidates.map(({ trainingLoss }) => trainingLoss);
  expect(losses).toEqual(losses.toSorted((a, b) => a - b));
});

test("a run that tried few prompts is refused", async () => {
  const short = folderWith(smallTask(0));
  await pmpo(["optimize", "--json"], { folder: short });
  const { exitCode, stderr } = await pmpo(["signal"], { folder: short });
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(/^error: Run \S+ tried too few prompts: 1, and 5 are needed\n/);
});
