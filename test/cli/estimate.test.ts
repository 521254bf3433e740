import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { smollm2 } from "../model.ts";
import { folderWith, pmpo, smallTask } from "./pmpo.ts";

beforeAll(async () => {
  await smollm2("q8_0");
});

interface Range {
  readonly least: number;
  readonly expected: number;
  readonly most: number;
}

interface Estimate {
  readonly start: { readonly requestedTokens: number; readonly evaluatedTokens: number };
  readonly iterations: Range;
  readonly requestedTokens: Range;
  readonly evaluatedTokens: Range;
  readonly seconds: Range;
}

async function estimate(folder: string): Promise<Estimate> {
  const { exitCode, stdout, stderr } = await pmpo(["estimate", "--simulations", "3", "--json"], {
    folder,
  });
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  return JSON.parse(stdout) as Estimate;
}

test("what a run costs is told before it, exactly for the start prompt, and nothing is written", async () => {
  const folder = folderWith(smallTask(1));
  const told = await estimate(folder);
  expect(readdirSync(folder)).not.toContain(".pmpo");
  for (const range of [told.requestedTokens, told.evaluatedTokens, told.seconds]) {
    expect(range.least).toBeLessThanOrEqual(range.expected);
    expect(range.expected).toBeLessThanOrEqual(range.most);
  }
  expect(told.iterations).toEqual({ least: 1, expected: 1, most: 1 });
  const { seconds: _seconds, ...tokens } = told;
  const { seconds: _again, ...sameTokens } = await estimate(folder);
  expect(sameTokens).toEqual(tokens);

  await pmpo(["optimize"], { folder });
  const runs = join(folder, ".pmpo", "runs");
  const log = readFileSync(join(runs, readdirSync(runs)[0] ?? "", "events.jsonl"), "utf8");
  const start = log
    .trim()
    .split("\n")
    .map((line) => (JSON.parse(line) as { event: { type: string; usage?: object } }).event)
    .find(({ type }) => type === "candidate-scored");
  expect(start?.usage).toMatchObject({
    requestedTokens: told.start.requestedTokens,
    evaluatedTokens: told.start.evaluatedTokens,
  });
});

test("the table names what is spent", async () => {
  const folder = folderWith(smallTask(1));
  const { stdout } = await pmpo(["estimate", "--simulations", "1"], { folder });
  expect(stdout).toMatch(
    /What a run of reviews with smollm2-135m will cost, from 1 simulated search/,
  );
  expect(stdout).toMatch(/tokens evaluated +[\d,]+ +[\d,]+ +[\d,]+/);
});
