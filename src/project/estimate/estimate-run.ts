import { join } from "node:path";
import { dryRun, type Suppositions } from "../../backends/llama-cpp/dry-run.ts";
import type { Config } from "../../config/config.ts";
import { isEndpointAddress } from "../../core/endpoint.ts";
import { parseProviderModel } from "../../core/provider.ts";
import type { RunEstimate } from "../../core/estimate.ts";
import type { LanguageModel } from "../../core/model.ts";
import type { RunState } from "../../core/run-state.ts";
import type { Task } from "../../core/task.ts";
import type { TextModel } from "../../core/text-model.ts";
import { usageMeter } from "../../core/usage-meter.ts";
import { openScoreCache } from "../../store/score-cache.ts";
import { buildTask } from "../build-task.ts";
import { likelihoodObjective } from "../choose-objective.ts";
import { checkFit, checkJudgeFit } from "../check-fit.ts";
import { judgeOf, openJudge } from "../open-judge.ts";
import type { ModelAccess } from "../open-model.ts";
import { openModels, openRewriter } from "../open-models.ts";
import { evaluatorFor } from "../evaluator-for.ts";
import { disposable } from "../run.ts";
import { beginSearch, type Estimated, scaleOf } from "./begin-search.ts";
import { estimateKey } from "./estimate-key.ts";
import { withEncodingMemory } from "./encoding-memory.ts";
import { measureTask } from "./measure.ts";
import { simulateRun, type Simulation } from "./simulate.ts";
import { summarise } from "./summarise.ts";

export interface EstimateSettings {
  readonly simulations: number;
  /**
   * Of the search, that are run for real before the rest is simulated. Null: one where all models
   * run in this process, none where somebody else's is asked, which may cost money.
   */
  readonly iterations: number | null;
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
 * Begins the search of a task, keeping its calls for the run, and goes on with it several times
 * while the models compute nothing: every request is made, tokenized and planned as it would be,
 * and what it costs is counted; only the losses that decide how the search goes on are supposed
 * (landscape.ts). A few timed calls tell the length of answers and the speed.
 */
export async function estimateRun(
  config: Config,
  { simulations, iterations, clock }: EstimateSettings,
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
  const key = await estimateKey({
    config,
    dataHashes,
    model: model.identity,
    rewriter: rewriter?.identity ?? null,
    judge: judge?.identity ?? null,
  });
  const measurements = await measureTask(model, task, { ...access, clock });
  const estimated: Estimated = {
    config,
    task,
    model: withEncodingMemory(model),
    rewriter: rewriter ?? model,
    judge: judgeIn(task, judge ?? model),
    measurements,
    signal: access.signal,
  };
  const begin = iterations ?? (asksOthers(config, task) ? 0 : 1);
  using cache = disposable(openScoreCache(join(config.folder, ".pmpo", "cache.sqlite")));
  const begun = await beginSearch(estimated, begin, cache.value);
  const search = { ...estimated, scale: scaleOf(begun, measurements), cache: cache.value };
  const runs: Simulation[] = [];
  for (let seed = 0; seed < simulations; seed++) runs.push(await simulateRun(search, seed));
  const start = isExact(config, task, model) ? await startCost(estimated, begun) : null;
  const { pace } = measurements;
  return { estimate: { ...summarise({ config, pace, begun, runs }), start }, key };
}

function asksOthers({ model, rewriter }: Config, { metric }: Task): boolean {
  return [model, rewriter, judgeOf(metric)].some(
    (name) => name !== null && (isEndpointAddress(name) || parseProviderModel(name) !== null),
  );
}

/** Whether tokens can be counted before they are asked about. */
function isExact(
  { model: name }: Config,
  { objective }: Task,
  { capabilities }: LanguageModel,
): boolean {
  const { stepwise, charactersPerToken, prefixSharing } = capabilities;
  // What a server's cache holds is its own affair.
  const isShared = prefixSharing && isEndpointAddress(name);
  const isGuessed = stepwise !== undefined || charactersPerToken !== undefined;
  return objective.kind !== "answer-after-reasoning" && !isShared && !isGuessed;
}

/** Of scoring the start prompt where nothing is cached. */
async function startCost(
  { task, model, signal }: Estimated,
  { material }: RunState,
): Promise<RunEstimate["start"]> {
  const meter = usageMeter(signal === undefined ? {} : { signal });
  const evaluator = await evaluatorFor(dryRun(model, EVEN_CHANCES), task, task.data.train);
  await evaluator.score(task.start, task.data.train, material, meter.call);
  const { requestedTokens, evaluatedTokens } = meter.total();
  return { requestedTokens, evaluatedTokens };
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

/** What the start prompt is asked does not depend on the answers. */
const EVEN_CHANCES: Suppositions = {
  score: (requests) =>
    requests.map(({ target }) => ({ logProbs: new Float64Array(target.length) })),
  generate: () => {
    throw new RangeError("Scoring writes nothing");
  },
};
