import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { smollm2 } from "../model.ts";
import { folderWith, type Outcome, pmpo, smallTask } from "./pmpo.ts";

let weights = "";

beforeAll(async () => {
  weights = await smollm2("q8_0");
});

/** A task without search whose answers are graded by a metric. */
function taskWith(metric: string): string {
  const task = smallTask(0);
  return folderWith({
    ...task,
    "pmpo.yaml": `${task["pmpo.yaml"]}metric: ${metric}\n`,
    "vague.txt": "Say something.\n",
  });
}

function documentOf({ exitCode, stdout, stderr }: Outcome): Readonly<Record<string, unknown>> {
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  return JSON.parse(stdout) as Readonly<Record<string, unknown>>;
}

test("the model itself grades its answers, and a repeated run asks it nothing", async () => {
  const folder = taskWith("judge");
  const first = documentOf(await pmpo(["optimize", "--json"], { folder }));
  const start = first["start"] as { readonly accuracy: number; readonly positionBias: number };
  // It writes no reference word for word, so every grade is a likelihood.
  expect(start.accuracy).toBeGreaterThan(0);
  expect(start.accuracy).toBeLessThan(1);
  expect(start.positionBias).toBeGreaterThanOrEqual(0);
  expect(start.positionBias).toBeLessThanOrEqual(1);
  const again = documentOf(await pmpo(["optimize", "--json"], { folder }));
  expect(again).toMatchObject({ start, tokens: { scored: 0, generated: 0 } });
  const { stdout } = await pmpo(["show"], { folder });
  expect(stdout).toMatch(/^… judge swayed by order +[\d.]+ % +[\d.]+ %$/m);
});

test("another model may judge, by a question of one's own, and stands in the run's manifest", async () => {
  const folder = taskWith(
    `{ judge: { model: ${JSON.stringify(weights)}, question: "Do both feel alike?" } }`,
  );
  const { run, tokens } = documentOf(await pmpo(["optimize", "--json"], { folder }));
  expect(tokens).toMatchObject({ cached: 0 });
  const path = join(folder, ".pmpo", "runs", String(run), "manifest.json");
  expect(JSON.parse(readFileSync(path, "utf8"))).toMatchObject({
    judgeIdentity: { name: weights },
    config: { metric: { kind: "judge", model: weights, question: "Do both feel alike?" } },
  });
});

test("a run that ended before its verdict is resumed with the same judge, and no other", async () => {
  const folder = taskWith(`{ judge: { model: ${JSON.stringify(weights)} } }`);
  const whole = documentOf(await pmpo(["optimize", "--json"], { folder }));
  const run = join(folder, ".pmpo", "runs", String(whole["run"]));
  const log = readFileSync(join(run, "events.jsonl"), "utf8").trimEnd().split("\n");
  expect(log.at(-1)).toContain('"verdict-reached"');
  writeFileSync(join(run, "events.jsonl"), `${log.slice(0, -1).join("\n")}\n`);
  const manifest = readFileSync(join(run, "manifest.json"), "utf8");
  const { judgeIdentity } = JSON.parse(manifest) as { judgeIdentity: { weights: string } };
  const other = { ...judgeIdentity, weights: "0".repeat(64) };
  writeFileSync(
    join(run, "manifest.json"),
    JSON.stringify({ ...(JSON.parse(manifest) as object), judgeIdentity: other }),
  );
  const refused = await pmpo(["resume"], { folder });
  expect(refused.exitCode).toBe(3);
  expect(refused.stderr).toMatch(
    /error: The judge is not the one this run began with: its weights/,
  );
  writeFileSync(join(run, "manifest.json"), manifest);
  const resumed = documentOf(await pmpo(["resume", "--json"], { folder }));
  expect(resumed).toMatchObject({ best: whole["best"], verdict: whole["verdict"] });
});

test("examples that the judge cannot be asked about are told before any work", async () => {
  const folder = taskWith("judge");
  const { exitCode, stdout, stderr } = await pmpo(["optimize", "--context-tokens", "100"], {
    folder,
  });
  expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: "" });
  expect(stderr).toMatch(
    /the judge's question about example \d+: \d+ prompt tokens and \d+ answer/,
  );
  expect(existsSync(join(folder, ".pmpo", "runs"))).toBe(false);
});

test("compare asks which answers are better, in both orders", async () => {
  const folder = taskWith("exact");
  const args = ["compare", "vague.txt", "prompt.txt", "vague.txt", "--task", ".", "--judge"];
  const plain = documentOf(await pmpo([...args.slice(0, -1), "--json"], { folder }));
  const asked = documentOf(await pmpo([...args, "--json"], { folder }));
  expect(plain).toMatchObject({ judge: null });
  expect(asked).toMatchObject({ judge: "smollm2-135m", examples: 5 });
  const scored = ({ tokens }: typeof asked): number => (tokens as { scored: number }).scored;
  expect(scored(asked)).toBeGreaterThan(scored(plain));
  const [, other, same] = asked["prompts"] as readonly {
    readonly judged: {
      readonly wins: number;
      readonly ties: number;
      readonly losses: number;
      readonly pValue: number;
      readonly adjustedPValue: number;
      readonly preferences: readonly { readonly preferred: string }[];
    };
  }[];
  expect(same?.judged).toMatchObject({ wins: 0, ties: 5, losses: 0, pValue: 1 });
  const { wins, ties, losses, pValue, adjustedPValue, preferences } = other?.judged ?? {};
  expect((wins ?? 0) + (ties ?? 0) + (losses ?? 0)).toBe(5);
  expect(preferences?.filter(({ preferred }) => preferred === "second")).toHaveLength(wins ?? -1);
  expect(adjustedPValue).toBe(Math.min(1, 2 * (pValue ?? 1)));
  const { stdout } = await pmpo(args, { folder });
  expect(stdout).toMatch(
    /^prompt\.txt: the judge smollm2-135m prefers its answers on \d examples?, the first prompt's on \d, neither on \d \(sign test p [\d.]+/m,
  );
});

test.each([
  ["{ judge: { modell: x } }", /metric\.judge\.modell: unknown key; did you mean "model"\?\n$/],
  ["{ judge: {}, regex: x }", /metric: name exactly one of .*judge/],
  ["{ judge: { model: ./gone.gguf } }", /gone\.gguf/],
])("%s is refused", async (metric, message) => {
  const folder = taskWith(metric);
  const { exitCode, stdout, stderr } = await pmpo(["optimize"], { folder });
  expect(exitCode).toBeGreaterThan(1);
  expect(stdout).toBe("");
  expect(stderr).toMatch(message);
});
