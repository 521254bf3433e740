import type { Config } from "../../config/config.ts";
import type { MoneyEstimate, Range, RunEstimate } from "../../core/estimate.ts";
import { costOf, type Usage } from "../../core/model.ts";
import { machineCost, type Prices } from "../../core/prices.ts";
import type { RunState } from "../../core/run-state.ts";
import { type Pace, secondsFor } from "./measure.ts";
import type { Role, Simulation } from "./simulate.ts";

/** What an estimate is made of. */
export interface Estimations {
  readonly config: Config;
  readonly pace: Pace;
  /** The beginning of the search, for real. */
  readonly begun: RunState;
  /** At least one. */
  readonly runs: readonly Simulation[];
}

/** The range of what simulated searches took, a little widened, beside what the beginning took already. */
export function summarise({ config, pace, begun, runs }: Estimations): Omit<RunEstimate, "start"> {
  const rangeOf = (of: (run: Simulation) => number): Range => range(runs.map(of));
  const rangeOfTokens = (name: "requestedTokens" | "evaluatedTokens" | "generatedTokens"): Range =>
    rounded(widened(rangeOf(({ state }) => state.usage[name])));
  return {
    model: config.model,
    simulations: runs.length,
    begun: { iterations: begun.iterations, ...tokensOf(begun.usage) },
    iterations: rangeOf(({ state }) => state.iterations),
    candidates: rangeOf(({ state }) => state.candidates.length + state.dropped.length),
    requestedTokens: rangeOfTokens("requestedTokens"),
    evaluatedTokens: rangeOfTokens("evaluatedTokens"),
    generatedTokens: rangeOfTokens("generatedTokens"),
    seconds: widened(rangeOf(({ state }) => secondsFor(pace, state.usage))),
    money: config.prices === null ? null : moneyOf({ config, pace, begun, runs }, config.prices),
  };
}

function tokensOf({
  requestedTokens,
  evaluatedTokens,
  generatedTokens,
}: Usage): Omit<RunEstimate["begun"], "iterations"> {
  return { requestedTokens, evaluatedTokens, generatedTokens };
}

function moneyOf({ config, pace, begun, runs }: Estimations, prices: Prices): MoneyEstimate {
  const spentOf = (of: (run: Simulation) => number): Range => widened(range(runs.map(of)));
  const ofRole = (role: Role): Range => spentOf(({ byRole }) => costOf(byRole[role]));
  const ofMachine = ({ state }: Simulation): number =>
    machineCost(prices, secondsFor(pace, state.usage));
  const asksJudge = runs.some(({ byRole }) => byRole.judge.calls > 0);
  return {
    currency: prices.currency,
    begun: costOf(begun.usage),
    model: ofRole("model"),
    rewriter: ofRole("rewriter"),
    judge: asksJudge ? ofRole("judge") : null,
    machine: spentOf(ofMachine),
    total: spentOf((run) => costOf(run.state.usage) + ofMachine(run)),
    ...unmatchedNames(config, prices, asksJudge),
  };
}

/** Models without a price, and prices without a model. Who pays for the machine alone names no models. */
function unmatchedNames(
  { model, rewriter, metric }: Config,
  { models }: Prices,
  asksJudge: boolean,
): Pick<MoneyEstimate, "unpriced" | "unused"> {
  const priced = Object.keys(models);
  if (priced.length === 0) return { unpriced: [], unused: [] };
  const judge = asksJudge && metric?.kind === "judge" ? (metric.model ?? model) : model;
  const used = [...new Set([model, rewriter, judge])];
  return {
    unpriced: used.filter((name) => !priced.includes(name)),
    unused: priced.filter((name) => !used.includes(name)),
  };
}

/** The expected one is the lower of two middle ones: what happened in one of the simulations. */
function range(values: readonly number[]): Range {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (place: number): number => sorted[place] as number;
  const last = sorted.length - 1;
  return { least: at(0), expected: at(last >> 1), most: at(last) };
}

/** How far real searches lie outside what simulated ones span: docs/results/estimate.md. */
const BEYOND_SIMULATIONS = 0.15;

/** The range in which a real search should lie. */
function widened({ least, expected, most }: Range): Range {
  return {
    least: least * (1 - BEYOND_SIMULATIONS),
    expected,
    most: most * (1 + BEYOND_SIMULATIONS),
  };
}

function rounded({ least, expected, most }: Range): Range {
  return { least: Math.round(least), expected: Math.round(expected), most: Math.round(most) };
}
