import { beforeAll, expect, test } from "vitest";
import { smollm2 } from "../model.ts";
import { folderWith, jsonLines, pmpo, REVIEWS, SHOWN_PROMPT, smallTask } from "./pmpo.ts";

interface Prompt {
  readonly file: string;
  readonly layout: string;
  readonly demonstrations: number;
  readonly loss: number;
  readonly difference?: number;
  readonly pValue?: number;
  readonly adjustedPValue?: number;
  readonly lossInterval?: readonly [number, number];
  readonly text?: string;
  readonly choice: { readonly margin: number; readonly brier: number } | null;
  readonly choiceDifferences?: {
    readonly margin: { readonly difference: number; readonly interval: readonly [number, number] };
    readonly brier: { readonly difference: number };
  };
}

interface Document {
  readonly examples: number;
  readonly leftOut: number;
  readonly prompts: readonly Prompt[];
}

let folder = "";

beforeAll(async () => {
  await smollm2("q8_0");
  folder = folderWith({
    ...smallTask(1),
    "vague.txt": "Say something.\n",
    "shown.json": SHOWN_PROMPT,
  });
});

test("prompts of both kinds are held against the first on the same rows, without those they show", async () => {
  const { exitCode, stdout, stderr } = await pmpo(
    [
      "compare",
      "vague.txt",
      "vague.txt",
      "shown.json",
      "--data",
      "data.jsonl",
      "--threads",
      "1",
      "--json",
    ],
    { folder },
  );
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  const { examples, leftOut, prompts } = JSON.parse(stdout) as Document;
  expect({ examples, leftOut }).toEqual({ examples: REVIEWS.length - 1, leftOut: 1 });
  const [vague, same, shown] = prompts;
  expect(vague).not.toHaveProperty("difference");
  expect(same).toMatchObject({ difference: 0, pValue: 1, loss: vague?.loss });
  expect(same?.text).toMatch(/^No evidence of improvement: accuracy/);
  expect(shown).toMatchObject({ layout: "plain(Review/Sentiment)", demonstrations: 1 });
  expect(shown?.lossInterval?.[1]).toBeLessThan(0);
  const { margin, brier } = shown?.choiceDifferences ?? {};
  expect(margin?.difference).toBeCloseTo(
    (shown?.choice?.margin ?? 0) - (vague?.choice?.margin ?? 0),
    9,
  );
  expect(brier?.difference).toBeCloseTo(
    (shown?.choice?.brier ?? 0) - (vague?.choice?.brier ?? 0),
    9,
  );
  expect(margin?.interval[0]).toBeLessThan(margin?.difference ?? Number.NaN);
  expect(shown?.adjustedPValue).toBe(Math.min(1, 2 * (shown?.pValue ?? 1)));
});

test("of a task, the held-out examples are answered, and a table is printed", async () => {
  const { stdout, stderr } = await pmpo(
    ["compare", "prompt.txt", "vague.txt", "--task", ".", "--threads", "1"],
    { folder },
  );
  expect(stderr).toBe("");
  const lines = stdout.split("\n");
  expect(lines[0]).toMatch(/^prompt +loss, nats +accuracy +by choice +against the first/);
  expect(lines[1]).toMatch(/^prompt\.txt +\d/);
  expect(lines[4]).toMatch(/^vague\.txt: No evidence of improvement: held-out accuracy/);
  expect(lines.at(-2)).toMatch(/^5 examples; [\d,]+ tokens evaluated/);
});

test.each([
  [
    ["shown.json", "shown.json", "--layout", "user"],
    /^error: \S+shown\.json, \S+shown\.json: a whole prompt brings its own layout\n {2}Leave out --layout/,
  ],
  [["vague.txt"], "error: Two prompts or more are needed to compare them\n"],
  [["vague.txt", "gone.txt"], /^error: .*gone\.txt: the prompt cannot be read/],
  [["vague.txt", "data.json"], /^error: .*data\.json: the prompt cannot be read/],
  [
    ["vague.txt", "pmpo.yaml", "--task", ".", "--data", "data.jsonl"],
    "error: --task and --data exclude each other\n",
  ],
])("%j is refused", async (args, message) => {
  const extra = args.includes("--data") ? [] : ["--data", "data.jsonl"];
  const { exitCode, stderr } = await pmpo(["compare", ...args, ...extra], { folder });
  expect(exitCode).toBe(2);
  if (typeof message === "string") expect(stderr).toBe(message);
  else expect(stderr).toMatch(message);
});

test("a file of other JSON is not taken for a prompt", async () => {
  const other = folderWith({ "rows.json": "[]", "data.jsonl": jsonLines(REVIEWS) });
  const args = ["compare", "rows.json", "rows.json", "--data", "data.jsonl"];
  const { exitCode, stderr } = await pmpo(args, { folder: other });
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(
    /rows\.json: not a prompt as pmpo writes it .*\n {2}Give the best\.json of a run, or a text file\.\n$/,
  );
});
