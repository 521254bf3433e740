import { dryRun } from "../backends/llama-cpp/dry-run.ts";
import type { Config } from "../config/config.ts";
import type { LanguageModel, Usage } from "../core/model.ts";
import { candidateOf, incumbentOf, type RunState } from "../core/run-state.ts";
import type { Task } from "../core/task.ts";
import { usageMeter } from "../core/usage-meter.ts";
import { reachVerdict } from "../evaluation/verdict.ts";
import { searchPrompts } from "../optimizer/optimize.ts";
import { resumeRecording } from "../optimizer/recorder.ts";
import { ALL_PROPOSERS, REWRITERS } from "../proposers/all.ts";
import { reasoningRoom } from "../scoring/reasonings.ts";
import { scoreCandidate } from "../scoring/score-candidate.ts";
import { buildTask } from "./build-task.ts";
import { checkFit, obstacleFor } from "./check-fit.ts";
import { answerObjective } from "./choose-objective.ts";
import { memoryLog } from "./memory-log.ts";
import { type ModelAccess, modelChoice, openModel } from "./open-model.ts";
import { startedEvent, withoutTest } from "./run.ts";
import {
  PLAIN_ANSWERS,
  supposedRewriter,
  supposedSearch,
  type SupposedTexts,
} from "./suppositions.ts";

/** Smallest, middle and largest of the simulated searches. */
export interface Range {
  readonly least: number;
  readonly expected: number;
  readonly most: number;
}

/** What a run will cost, before it is begun and with nothing cached. */
export interface RunEstimate {
  readonly model: string;
  readonly simulations: number;
  /** Of the start prompt on all training examples: exact. */
  readonly start: Pick<Usage, "requestedTokens" | "evaluatedTokens">;
  readonly iterations: Range;
  readonly candidates: Range;
  /** Tokens of all requests, each counted whole: what a server without shared prefixes evaluates. */
  readonly requestedTokens: Range;
  /** Tokens that the embedded engine evaluates, shared beginnings once. */
  readonly evaluatedTokens: Range;
  /** Part of both. */
  readonly generatedTokens: Range;
  /** At the speed of a call that was just timed. */
  readonly seconds: Range;
}

export interface EstimateSettings {
  readonly simulations: number;
  /** Milliseconds. */
  readonly clock: () => number;
}

/**
 * Runs searches of a task in which the model computes nothing: every request is made, tokenized
 * and planned as it would be, and what it costs is counted; only the losses that decide how the
 * search goes on are supposed (suppositions.ts). One real call tells the speed.
 */
export async function estimateRun(
  config: Config,
  { simulations, clock }: EstimateSettings,
  access: ModelAccess,
): Promise<RunEstimate> {
  const { task: built } = await buildTask(config, access);
  // Supposed answers need no judge, and nobody looks at their grades.
  const wrong = { score: 0, isRight: false };
  const task: Task = { ...built, grade: (answers) => Promise.resolve(answers.map(() => wrong)) };
  await using model = await openModel(modelChoice(config), access);
  await checkFit(model, task);
  const timed = await timeOneCall(model, task, clock, access);
  const texts = await supposedTexts(model, task, timed.usage);
  const runs: RunState[] = [];
  for (let seed = 0; seed < simulations; seed++) {
    runs.push(await simulateRun(config, task, model, { seed, texts }, access));
  }
  const rangeOf = (of: (state: RunState) => number): Range => {
    const values = runs.map(of).sort((a, b) => a - b);
    const at = (place: number): number => values[place] as number;
    return { least: at(0), expected: at((simulations - 1) >> 1), most: at(simulations - 1) };
  };
  return {
    model: config.model,
    simulations,
    start: timed.usage,
    iterations: rangeOf(({ iterations }) => iterations),
    candidates: rangeOf(({ candidates, dropped }) => candidates.length + dropped.length),
    requestedTokens: rangeOf(({ usage }) => usage.requestedTokens),
    evaluatedTokens: rangeOf(({ usage }) => usage.evaluatedTokens),
    generatedTokens: rangeOf(({ usage }) => usage.generatedTokens),
    seconds: rangeOf(({ usage }) => usage.evaluatedTokens * timed.secondsPerToken),
  };
}

/** Scores the start prompt, which any run does first. */
async function timeOneCall(
  model: LanguageModel,
  task: Task,
  clock: () => number,
  access: ModelAccess,
): Promise<{ readonly usage: Usage; readonly secondsPerToken: number }> {
  const meter = usageMeter(access);
  const begun = clock();
  const { options, overflow, data, start } = task;
  const scoring = { model, objective: answerObjective(task.objective), options, overflow };
  await scoreCandidate(scoring, start, data.train, meter.call);
  const usage = meter.total();
  return { usage, secondsPerToken: (clock() - begun) / 1000 / usage.evaluatedTokens };
}

/** How long texts will be: reasonings as under the start prompt. */
async function supposedTexts(
  model: LanguageModel,
  { objective, data }: Task,
  { generatedTokens }: Usage,
): Promise<SupposedTexts> {
  if (objective.kind !== "answer-after-reasoning") return PLAIN_ANSWERS;
  const { samples, reasoningTokens } = objective;
  const written = generatedTokens / (data.train.length * samples);
  const cueTokens = (await reasoningRoom(model, objective)) - reasoningTokens;
  return { shareOfLimit: written / reasoningTokens, beforeAnswer: written + cueTokens };
}

async function simulateRun(
  config: Config,
  task: Task,
  bareModel: LanguageModel,
  { seed, texts }: { readonly seed: number; readonly texts: SupposedTexts },
  { signal }: ModelAccess,
): Promise<RunState> {
  const recorder = resumeRecording(memoryLog());
  const stopped = signal === undefined ? {} : { signal };
  const model = dryRun(
    bareModel,
    supposedSearch(seed, () => recorder.state, texts),
  );
  await searchPrompts(
    {
      task: withoutTest(task),
      obstacle: obstacleFor(bareModel, task),
      settings: config.optimizer,
      model,
      rewriter: dryRun(bareModel, supposedRewriter(task.start.instruction)),
      proposers: config.optimizer.edits ? ALL_PROPOSERS : REWRITERS,
      recorder,
      ...stopped,
    },
    startedEvent(task, config.model, ""),
  );
  recorder.record(
    await reachVerdict({
      task,
      model,
      start: candidateOf(recorder.state, "c0"),
      best: incumbentOf(recorder.state),
      seed: config.optimizer.seed,
      ...stopped,
    }),
  );
  return recorder.state;
}
