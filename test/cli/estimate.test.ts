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

interface Usage {
  readonly requestedTokens: number;
  readonly evaluatedTokens: number;
}

interface Estimate {
  readonly begun: Usage & { readonly iterations: number; readonly generatedTokens: number };
  readonly start: Usage;
  readonly iterations: Range;
  readonly requestedTokens: Range;
  readonly evaluatedTokens: Range;
  readonly seconds: Range;
}

async function estimate(folder: string, ...flags: readonly string[]): Promise<Estimate> {
  const { exitCode, stdout, stderr } = await pmpo(
    ["estimate", "--simulations", "3", "--json", ...flags],
    { folder },
  );
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  return JSON.parse(stdout) as Estimate;
}

/** The costs of a run's events of that type, in order. */
function usagesOf(folder: string, type: string): readonly Usage[] {
  const runs = join(folder, ".pmpo", "runs");
  const log = readFileSync(join(runs, readdirSync(runs)[0] ?? "", "events.jsonl"), "utf8");
  return log
    .trim()
    .split("\n")
    .map((line) => (JSON.parse(line) as { event: { type: string; usage: Usage } }).event)
    .filter((event) => event.type === type)
    .map(({ usage }) => usage);
}

test("what a run costs is told before it, and the run is held against it", async () => {
  const folder = folderWith(smallTask(1));
  const told = await estimate(folder);
  for (const range of [told.requestedTokens, told.evaluatedTokens, told.seconds]) {
    expect(range.least).toBeLessThanOrEqual(range.expected);
    expect(range.expected).toBeLessThanOrEqual(range.most);
  }
  expect(told.iterations).toEqual({ least: 1, expected: 1, most: 1 });
  const finished = await pmpo(["optimize"], { folder });
  expect(finished.stdout).toMatch(/Against its estimate:[^]*tokens requested +[\d,]+/);
});

test("the start prompt's cost is exact", async () => {
  const told = await estimate(folderWith(smallTask(1)));
  const untold = folderWith(smallTask(1));
  await pmpo(["optimize"], { folder: untold });
  expect(usagesOf(untold, "candidate-scored")[0]).toMatchObject(told.start);
});

test("what was begun for the estimate is not computed again by the run, which goes the same way", async () => {
  const told = folderWith(smallTask(2));
  const { begun } = await estimate(told);
  expect(begun.iterations).toBe(1);
  expect(begun.evaluatedTokens).toBeGreaterThan(0);
  const untold = folderWith(smallTask(2));
  const [after, alone] = await Promise.all(
    [told, untold].map(async (folder) => {
      const { stdout } = await pmpo(["optimize", "--json"], { folder });
      return JSON.parse(stdout) as { readonly best: object; readonly tokens: { scored: number } };
    }),
  );
  expect(after?.best).toEqual(alone?.best);
  expect(after?.tokens.scored).toBeLessThan(alone?.tokens.scored ?? 0);
  expect(usagesOf(told, "candidate-scored")[0]).toMatchObject({ evaluatedTokens: 0 });
  expect(usagesOf(told, "parts-analysed")[0]).toMatchObject({ evaluatedTokens: 0 });
});

test("without an iteration begun only the start prompt is really scored", async () => {
  const folder = folderWith(smallTask(1));
  const { begun, start } = await estimate(folder, "--begin", "0");
  expect(begun).toMatchObject({ iterations: 0, ...start });
});

test("the same task is estimated alike again, but for the time that calls take", async () => {
  const folder = folderWith(smallTask(1));
  const { seconds: _seconds, begun: _begun, ...tokens } = await estimate(folder);
  const { seconds: _again, begun, ...sameTokens } = await estimate(folder);
  expect(sameTokens).toEqual(tokens);
  expect(begun).toMatchObject({ iterations: 1, evaluatedTokens: 0, generatedTokens: 0 });
});

const PRICES =
  "prices: { currency: EUR, models: { smollm2-135m: { input: 1000, output: 3000 } } }\n";

test("money is told for each role before a run, and in all after it", async () => {
  const { "pmpo.yaml": settings = "", ...files } = smallTask(2);
  const folder = folderWith({ ...files, "pmpo.yaml": `${settings}metric: judge\n${PRICES}` });
  const { stdout, stderr } = await pmpo(["optimize", "--estimate", "--json"], { folder });
  expect(stderr).toBe("");
  const { estimate, money, tokens } = JSON.parse(stdout) as {
    readonly estimate: { readonly money: Readonly<Record<string, Range | string | number | null>> };
    readonly money: { readonly currency: string; readonly amount: number };
    readonly tokens: { readonly requested: number; readonly generated: number };
  };
  const { begun } = estimate.money;
  const { model, rewriter, judge, total } = estimate.money as Readonly<Record<string, Range>>;
  for (const role of [model, judge]) expect(role?.expected).toBeGreaterThan(0);
  // All that it writes for two iterations it wrote for the estimate.
  expect(rewriter?.expected).toBe(0);
  expect(begun).toBeGreaterThan(0);
  expect(total?.expected).toBeGreaterThan(judge?.expected ?? 0);
  // Nothing is bought twice: what the run's own cache answered is not in it.
  const whole = ((tokens.requested - tokens.generated) * 1000 + tokens.generated * 3000) / 1e6;
  expect(money.currency).toBe("EUR");
  expect(money.amount).toBeGreaterThan(0);
  expect(money.amount).toBeLessThanOrEqual(whole + 1e-9);
  const shown = await pmpo(["show"], { folder });
  expect(shown.stdout).toMatch(/Against its estimate:[^]*money +EUR /);
});

test("the estimate of other settings is not held against a run", async () => {
  const folder = folderWith(smallTask(1));
  await estimate(folder);
  const { stdout } = await pmpo(["optimize", "--seed", "5", "--json"], { folder });
  expect(Object.keys(JSON.parse(stdout) as object)).not.toContain("estimate");
});

test("the table names what is spent", async () => {
  const folder = folderWith(smallTask(1));
  const { stdout } = await pmpo(["estimate", "--simulations", "1"], { folder });
  expect(stdout).toMatch(
    /What a run of reviews with smollm2-135m will cost, from 1 simulated search/,
  );
  expect(stdout).toMatch(/tokens evaluated +[\d,]+ +[\d,]+ +[\d,]+/);
  expect(stdout).toMatch(/not paid for again by the run: [^]+ first iteration \([\d,]+ tokens/);
  const { stdout: again } = await pmpo(["estimate", "--simulations", "1"], { folder });
  expect(again).toContain("the first iteration (kept from before).");
});

test("a limit on the time shortens the estimate, and a model without a price is named", async () => {
  const { "pmpo.yaml": settings = "", ...files } = smallTask(3);
  const prices = "prices: { currency: EUR, models: { another-model: { input: 1, output: 1 } } }\n";
  const flags = ["estimate", "--simulations", "1"];
  const folder = folderWith({
    ...files,
    "pmpo.yaml": `${settings}${prices}budget: { seconds: 0.001 }\n`,
  });
  const limited = await pmpo([...flags, "--json"], { folder });
  const { iterations } = JSON.parse(limited.stdout) as { readonly iterations: Range };
  // What is kept from the estimate takes no time; the next iteration is not begun any more.
  expect(iterations.most).toBe(1);
  const { stdout } = await pmpo(flags, { folder });
  expect(stdout).toContain("No price is given for smollm2-135m, so its tokens count as free.");
  expect(stdout).toContain("The price of another-model is for no model of this task.");
});
