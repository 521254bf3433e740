import { expect, test } from "vitest";
import type { Candidate } from "../core/candidate.ts";
import type { Demonstration, Example } from "../core/example.ts";
import { CROSS_ENTROPY } from "../core/objective.ts";
import type { ScoredCandidate } from "../core/run-state.ts";
import { usageMeter } from "../core/usage-meter.ts";
import { chooseDemonstrations, type ChosenDemonstrations } from "./choose-demonstrations.ts";
import { fakeModel } from "./fake-model.test-support.ts";
import { startTrials, type Trials } from "./trials.ts";

const EXAMPLES: readonly Example[] = ["1", "2"].map((id) => ({
  id,
  inputs: { input: `question ${id}` },
  target: "y",
}));

const demonstration = (id: string): Demonstration => ({ id, inputs: { input: id }, target: "t" });
const POOL = ["A", "B", "C", "D"].map(demonstration);

const showing = (ids: string): Candidate => ({
  instruction: "Say it.",
  layout: { kind: "system" },
  demonstrations: ids.split("").map(demonstration),
});

/** The ids of the examples that a prompt of the fake model shows, in order. */
const shownIn = (prompt: string): string =>
  prompt
    .split("\n")
    .filter((line) => /^[A-D]$/.test(line))
    .join("");

interface Chosen extends ChosenDemonstrations {
  readonly trials: Trials;
}

/** Chooses for a model that gives each shown list its loss. */
async function choose(
  lossOf: (shown: string) => number,
  count: { readonly minimum: number; readonly maximum: number },
  { start = "", budgetTokens = null as number | null, contextTokens = 1000 } = {},
): Promise<Chosen> {
  const meter = usageMeter({});
  const model = fakeModel((prompt) => lossOf(shownIn(prompt)), contextTokens);
  const trials = startTrials({
    scoring: { model, objective: CROSS_ENTROPY, options: null },
    examples: EXAMPLES,
    room: () => Promise.resolve(null),
    meter,
    budgetTokens,
  });
  const first = (await trials.score(showing(start), "start")) as ScoredCandidate;
  return { ...(await chooseDemonstrations({ pool: POOL, count, trials }, first)), trials };
}

const ids = ({ candidate }: ScoredCandidate): string =>
  candidate.demonstrations.map(({ id }) => id).join("");

const UP_TO_FOUR = { minimum: 0, maximum: 4 };

test("adds the best example at each step, next to the input, until none lowers the loss", async () => {
  const losses: Readonly<Record<string, number>> = { "": 9, C: 5, A: 6, CB: 3, CBA: 3.5 };
  const { best, steps, stopped } = await choose((shown) => losses[shown] ?? 8, UP_TO_FOUR);
  expect(steps.map((step) => [step.operator, ids(step)])).toEqual([
    ["add", "C"],
    ["add", "CB"],
  ]);
  expect(best.summary.loss).toBe(3);
  expect(stopped).toBe("no-better");
});

test("finds by swaps what greedy steps cannot: another pair, another order", async () => {
  // A alone is best, but no pair with A is as good as D before B.
  const losses: Readonly<Record<string, number>> = {
    A: 4,
    "": 9,
    AB: 3,
    CB: 2.5,
    BC: 2,
    DC: 1.5,
    CD: 1,
  };
  const { best, steps } = await choose((shown) => losses[shown] ?? 8, { minimum: 2, maximum: 2 });
  expect(steps.map((step) => [step.operator, ids(step)])).toEqual([
    ["add", "A"],
    ["add", "AB"],
    ["replace", "CB"],
    ["exchange", "BC"],
    ["replace", "DC"],
    ["exchange", "CD"],
  ]);
  expect(best.summary.loss).toBe(1);
});

test("shows as many as must be shown, even where none lowers the loss", async () => {
  const { best } = await choose((shown) => shown.length, { minimum: 2, maximum: 3 });
  expect(ids(best)).toHaveLength(2);
});

test("leaves out what is too much, and what another one has made useless", async () => {
  const losses: Readonly<Record<string, number>> = { ABCD: 5, ABD: 4, BD: 3, D: 2, "": 9 };
  const { best, steps } = await choose((shown) => losses[shown] ?? 8, UP_TO_FOUR, {
    start: "ABCD",
  });
  expect(steps.map(ids)).toEqual(["ABD", "BD", "D"]);
  expect(best.summary.loss).toBe(2);
  const few = await choose(
    (shown) => 9 - shown.length,
    { minimum: 0, maximum: 2 },
    { start: "ABC" },
  );
  expect(ids(few.best)).toHaveLength(2);
});

test("scores no prompt twice, and none that does not fit the context", async () => {
  const lossOf = (shown: string): number => 9 - shown.length;
  const small = await choose(lossOf, UP_TO_FOUR, { contextTokens: 28 });
  expect(ids(small.best)).toHaveLength(2);
  expect(small.trials.refused).toBeGreaterThan(0);
  const tried = small.trials.scored.map(ids);
  expect(new Set(tried).size).toBe(tried.length);
});

test("stops when the budget is used up, with the best so far", async () => {
  const lossOf = (shown: string): number => 9 - shown.length;
  const all = await choose(lossOf, UP_TO_FOUR);
  const some = await choose(lossOf, UP_TO_FOUR, { budgetTokens: 150 });
  expect(some.stopped).toBe("token-budget");
  expect(some.trials.scored.length).toBeLessThan(all.trials.scored.length);
  expect(ids(some.best)).not.toBe("");
});
