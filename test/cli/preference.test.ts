import { beforeAll, expect, test } from "vitest";
import { smollm2 } from "../model.ts";
import { folderWith, pmpo, smallTask } from "./pmpo.ts";

const PAIRS = ["superb", "dull", "moving", "weak", "funny", "awful", "fine", "boring"].map(
  (word, index) => ({
    prompt: `The film was ${word}.`,
    chosen: `I would call it ${index % 2 === 0 ? "good" : "bad"}.`,
    rejected: `No idea, ${word}.`,
  }),
);

beforeAll(async () => {
  await smollm2("q8_0");
});

interface RunDocument {
  readonly start: { readonly choiceAccuracy: number | null };
  readonly verdict: { readonly metric: string; readonly text: string };
}

test("of pairs the verdict says how often the chosen answer is likelier than the rejected one", async () => {
  const folder = folderWith({
    "pmpo.yaml":
      "name: pairs\nprompt: Say what you think.\ndata: { file: pairs.jsonl, format: preference, train: 4 }\nthreads: 1\noptimizer: { maxIterations: 0 }\n",
    "pairs.jsonl": PAIRS.map((row) => JSON.stringify(row)).join("\n"),
  });
  const { stderr } = await pmpo(["optimize"], { folder });
  expect(stderr).toContain("objective: preference (logistic, beta 1) (the data name rejected");
  const { stdout } = await pmpo(["show", "--json"], { folder });
  const { start, verdict } = JSON.parse(stdout) as RunDocument;
  expect(start.choiceAccuracy).not.toBeNull();
  expect(verdict.text).toContain("(accuracy by choice)");
});

test("the preset paper holds the answer against every other option, and scores rewrites alone, on everything", async () => {
  const task = smallTask(1);
  const folder = folderWith({
    ...task,
    "pmpo.yaml": `name: reviews\nprompt: { file: prompt.txt }\ndata: data.jsonl\npreset: paper\nthreads: 1\noptions: [positive, negative]\noptimizer: { maxIterations: 1, hardCases: 1, rewritesPerHardCase: 2 }\n`,
  });
  const { stderr, exitCode } = await pmpo(["optimize"], { folder });
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  expect(stderr).toContain("objective: preference (logistic, beta 1) (the preset paper: ");
  const { stdout } = await pmpo(["show"], { folder });
  expect(stdout).toMatch(/candidates? \(0 dropped early\)/);
  expect(stdout).not.toMatch(/by (?:layout|demonstrations|phrase|combine)/);
});
