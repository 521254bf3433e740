import type { Config } from "../../config/config.ts";
import { isEndpointAddress } from "../../core/endpoint.ts";
import type { MoneyEstimate, Range, RunEstimate } from "../../core/estimate.ts";
import { costOf, type LanguageModel } from "../../core/model.ts";
import { machineCost, type Prices } from "../../core/prices.ts";
import type { Task } from "../../core/task.ts";
import type { TextModel } from "../../core/text-model.ts";
import { buildTask } from "../build-task.ts";
import { likelihoodObjective } from "../choose-objective.ts";
import { checkFit, checkJudgeFit } from "../check-fit.ts";
import { judgeOf, openJudge } from "../open-judge.ts";
import type { ModelAccess } from "../open-model.ts";
import { openModels, openRewriter } from "../open-models.ts";
import { estimateKey } from "./estimate-key.ts";
import { withEncodingMemory } from "./encoding-memory.ts";
import { measureTask, type Pace, secondsFor } from "./measure.ts";
import { type Role, type Simulated, simulateRun, type Simulation } from "./simulate.ts";

export interface EstimateSettings {
  readonly simulations: number;
  /** Milliseconds. */
  readonly clock: () => number;
}

/** An estimate, and what it is kept under. */
export interface KeyedEstimate {
  readonly estimate: RunEstimate;
  /** See `estimateKey`. */
  readonly key: string;
}

/**
 * Runs searches of a task in which the models compute nothing: every request is made, tokenized and
 * planned as it would be, and what it costs is counted; only the losses that decide how the search
 * goes on are supposed (landscape.ts). A few real calls tell the scale of losses, the length of
 * answers and the speed.
 */
export async function estimateRun(
  config: Config,
  { simulations, clock }: EstimateSettings,
  access: ModelAccess,
): Promise<KeyedEstimate> {
  const { task: asked, dataHashes } = await buildTask(config, access);
  const bound = `In accuracy mode a run writes ${mostAnswers(config, asked)} answers at most, a rewriter's texts not counted; racing leaves many out, and budget.tokens bounds them all.`;
  const objective = likelihoodObjective(asked.objective, "pmpo estimate", bound);
  const task = { ...asked, objective };
  await using models = openModels(config, access);
  const model = await models.open(config.model);
  const rewriter = await openRewriter(config, models);
  const judge = await openJudge(judgeOf(task.metric), config, models);
  await checkFit(model, task);
  await checkJudgeFit(judge ?? model, model, task);
  const measurements = await measureTask(model, task, { ...access, clock });
  const simulated: Simulated = {
    config,
    task: withSupposedGrades(task),
    model: withEncodingMemory(model),
    rewriter: rewriter ?? model,
    judge: judgeIn(task, judge ?? model),
    measurements,
    ...(access.signal === undefined ? {} : { signal: access.signal }),
  };
  const runs: Simulation[] = [];
  for (let seed = 0; seed < simulations; seed++) runs.push(await simulateRun(simulated, seed));
  const key = await estimateKey({
    config,
    dataHashes,
    model: model.identity,
    rewriter: rewriter?.identity ?? null,
    judge: judge?.identity ?? null,
  });
  const estimate = summarise(config, runs, measurements.pace);
  const { stepwise, charactersPerToken, prefixSharing } = model.capabilities;
  const isGuessed =
    task.objective.kind === "answer-after-reasoning" ||
    stepwise !== undefined ||
    charactersPerToken !== undefined ||
    // What a server's cache holds is its own affair.
    (prefixSharing && isEndpointAddress(config.model));
  return { estimate: isGuessed ? { ...estimate, start: null } : estimate, key };
}

/** Of a search in which every candidate is scored on every example. */
function mostAnswers({ optimizer }: Config, { data: { train, validation, test } }: Task): number {
  const { maxIterations, hardCases, rewritesPerHardCase } = optimizer;
  const candidates = maxIterations * hardCases * rewritesPerHardCase;
  return (1 + candidates) * (train.length + validation.length) + 2 * test.length;
}

function judgeIn(
  { metric }: Task,
  judge: LanguageModel | TextModel,
): LanguageModel | TextModel | null {
  return metric.kind === "judge" ? judge : null;
}

/** Nobody looks at the grades of supposed answers; only a judge costs something to ask. */
function withSupposedGrades(task: Task): Task {
  if (task.metric.kind === "judge") return task;
  const wrong = { score: 0, isRight: false };
  return { ...task, grade: (answers) => Promise.resolve(answers.map(() => wrong)) };
}

function summarise(config: Config, runs: readonly Simulation[], pace: Pace): RunEstimate {
  const rangeOf = (of: (run: Simulation) => number): Range => range(runs.map(of));
  const tokensOf = (name: "requestedTokens" | "evaluatedTokens" | "generatedTokens"): Range =>
    rounded(widened(rangeOf(({ state }) => state.usage[name])));
  return {
    model: config.model,
    simulations: runs.length,
    start: (runs[0] as Simulation).startUsage,
    iterations: rangeOf(({ state }) => state.iterations),
    candidates: rangeOf(({ state }) => state.candidates.length + state.dropped.length),
    requestedTokens: tokensOf("requestedTokens"),
    evaluatedTokens: tokensOf("evaluatedTokens"),
    generatedTokens: tokensOf("generatedTokens"),
    seconds: widened(rangeOf(({ state }) => secondsFor(pace, state.usage))),
    money: config.prices === null ? null : moneyOf(config, config.prices, runs, pace),
  };
}

function moneyOf(
  config: Config,
  prices: Prices,
  runs: readonly Simulation[],
  pace: Pace,
): MoneyEstimate {
  const spentOf = (of: (run: Simulation) => number): Range => widened(range(runs.map(of)));
  const ofRole = (role: Role): Range => spentOf(({ byRole }) => costOf(byRole[role]));
  const ofMachine = ({ state }: Simulation): number =>
    machineCost(prices, secondsFor(pace, state.usage));
  const asksJudge = runs.some(({ byRole }) => byRole.judge.calls > 0);
  return {
    currency: prices.currency,
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
