import { beforeAll, expect, test } from "vitest";
import { smollm2 } from "../model.ts";
import { folderWith, pmpo, smallTask } from "./pmpo.ts";

type Metrics = Readonly<Record<"margin" | "brier" | "calibrationError", number>>;

interface Paired {
  readonly difference: number;
  readonly interval: readonly [number, number];
}

interface RunDocument {
  readonly start: { readonly choice: Metrics };
  readonly best: { readonly choice: Metrics };
  readonly verdict: { readonly choice: Readonly<Record<"accuracy" | "margin" | "brier", Paired>> };
}

const ROW = /^margin, nats +−?\d+\.\d{3} +−?\d+\.\d{3} +[+−][\d.]+ \([+−][\d.]+ to [+−][\d.]+\)$/m;

let folder = "";

beforeAll(async () => {
  await smollm2("q8_0");
  const task = smallTask(1);
  folder = folderWith({
    ...task,
    "pmpo.yaml": `${task["pmpo.yaml"]}options: [positive, negative]\n`,
    "vague.txt": "Say something.\n",
  });
});

test("the verdict of a task with options says what their log-probabilities tell", async () => {
  const { exitCode, stdout, stderr } = await pmpo(["optimize", "--json"], { folder });
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  const { start, best, verdict } = JSON.parse(stdout) as RunDocument;
  for (const metric of ["margin", "brier"] as const) {
    const { difference, interval } = verdict.choice[metric];
    expect(difference).toBeCloseTo(best.choice[metric] - start.choice[metric], 9);
    expect(interval[0]).toBeLessThanOrEqual(difference);
    expect(interval[1]).toBeGreaterThanOrEqual(difference);
  }
  for (const { choice } of [start, best]) {
    expect(choice.calibrationError).toBeGreaterThan(0);
    expect(choice.calibrationError).toBeLessThanOrEqual(1);
  }
  const text = await pmpo(["show"], { folder });
  expect(text.stdout).toMatch(ROW);
  expect(text.stdout).toMatch(/^calibration error +[\d.]+ % +[\d.]+ %$/m);
  const markdown = await pmpo(["show", "--markdown"], { folder });
  expect(markdown.stdout).toMatch(
    /\n## Choice among the options\n\n.*\n\n\|  \| start \| best \| difference \(95 % interval\) \|\n/,
  );
});

test("compare prints them beside those of the first prompt", async () => {
  const { stdout, stderr } = await pmpo(["compare", "prompt.txt", "vague.txt", "--task", "."], {
    folder,
  });
  expect(stderr).toBe("");
  expect(stdout).toMatch(/^ +prompt\.txt +vague\.txt +difference \(95 % interval\)$/m);
  expect(stdout).toMatch(ROW);
});

test("who picks another answer that is right too has picked right", async () => {
  const rows = ["Fine work.", "A dull film."].flatMap((input) => [
    { input, target: "positive", accept: ["negative"], options: ["positive", "negative", "blue"] },
    { input: `${input} Really.`, target: "negative", accept: ["positive"] },
  ]);
  const task = {
    "pmpo.yaml": "name: open\nprompt: { file: prompt.txt }\ndata: data.jsonl\nthreads: 1\n",
    "prompt.txt": "Was it positive or negative?\n",
    "data.jsonl": rows.map((row) => JSON.stringify(row)).join("\n"),
  };
  const { stdout } = await pmpo(["score", "--json"], { folder: folderWith(task) });
  const { examples } = JSON.parse(stdout) as {
    readonly examples: readonly { readonly correct?: boolean; readonly brier?: number }[];
  };
  // Where every option is right there is nothing to decide.
  expect(examples.map(({ correct }) => correct)).toEqual([true, undefined, true, undefined]);
  expect(examples[0]?.brier).toBeLessThan(1e-6);
});
