import { join } from "node:path";
import type { Candidate } from "../core/candidate.ts";
import { usageError } from "../core/errors.ts";
import type { ExampleLoss } from "../core/loss.ts";
import { candidateOf, foldRun, type RunState } from "../core/run-state.ts";
import type { TrainingTask } from "../core/task.ts";
import { recordedModels } from "../store/manifest.ts";
import { readRun } from "../store/run-folder.ts";
import { openScoreCache } from "../store/score-cache.ts";
import type { Evaluator } from "../evaluation/evaluator.ts";
import { buildTask, checkVariables } from "./build-task.ts";
import { checkSameData, checkSameModel } from "./check-same.ts";
import { evaluatorFor } from "./evaluator-for.ts";
import { movedTo } from "./moved-run.ts";
import type { ModelAccess } from "./open-model.ts";
import { openJudge, judgeOf, judgedBy } from "./open-judge.ts";
import { openAnswerer, openModels } from "./open-models.ts";
import { remembered } from "./remembered.ts";
import { withoutTest } from "./search-task.ts";

/** An instruction written by hand, in the place of a candidate's own. */
export interface HandPrompt {
  /** A scored candidate of the run, whose layout and demonstrations are kept. */
  readonly baseId: string;
  readonly instruction: string;
}

/** Losses on the run's training examples, in their order. */
export interface HandLosses {
  readonly base: readonly ExampleLoss[];
  readonly hand: readonly ExampleLoss[];
}

/** A run's model and training examples, kept ready for prompts that are tried by hand. */
export interface PromptBench extends AsyncDisposable {
  /** Scores both prompts in the same way, each in one call; test examples are not touched. */
  score(prompt: HandPrompt): Promise<HandLosses>;
}

/** Opens a bench with what a run was started with. Refuses data or a model that changed since. */
export async function openPromptBench(
  projectFolder: string,
  idOrPrefix: string,
  access: ModelAccess,
): Promise<PromptBench> {
  const { manifest } = await readRun(projectFolder, idOrPrefix);
  const began = movedTo(projectFolder, manifest);
  const { task, dataHashes } = await buildTask(began.config, access);
  checkSameData(began.dataHashes, dataHashes);
  const cache = openScoreCache(join(projectFolder, ".pmpo", "cache.sqlite"));
  const models = openModels(began.config, { ...access, recorded: recordedModels(manifest) });
  const close = async (): Promise<void> => {
    await models[Symbol.asyncDispose]();
    cache.close();
  };
  try {
    const { config } = began;
    const bare = await openAnswerer(config, task.objective, models);
    checkSameModel("model", manifest.modelIdentity, bare.identity);
    const model = remembered(bare, config.model, config.prices, cache);
    const judge = await openJudge(judgeOfScores(task), config, models);
    const judgeName = judgeOf(task.metric) ?? config.model;
    const judged = judgedBy(task, judge && remembered(judge, judgeName, config.prices, cache));
    const evaluator = await evaluatorFor(model, judged, task.data.train);
    return {
      score: async (prompt) => {
        // A run at work goes on: its candidates are read anew.
        const { events } = await readRun(projectFolder, idOrPrefix);
        return scoreByHand(evaluator, withoutTest(task), foldRun(events), prompt);
      },
      [Symbol.asyncDispose]: close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function scoreByHand(
  evaluator: Evaluator,
  { data: { train } }: TrainingTask,
  state: RunState,
  { baseId, instruction }: HandPrompt,
): Promise<HandLosses> {
  const base = candidateOf(state, baseId).candidate;
  const hand = handCandidate(base, instruction);
  checkVariables(hand.instruction, hand.layout, train);
  const { material } = state;
  return {
    base: await evaluator.score(base, train, material, {}),
    hand: await evaluator.score(hand, train, material, {}),
  };
}

/** The judge that losses are made of; likelihoods ask none. */
function judgeOfScores({
  metric,
  objective,
}: Pick<TrainingTask, "metric" | "objective">): string | null {
  return objective.kind === "accuracy" ? judgeOf(metric) : null;
}

/** Line ends as files have them that pmpo reads. */
function handCandidate(base: Candidate, instruction: string): Candidate {
  const text = instruction.replace(/\r\n/g, "\n").replace(/\n+$/, "");
  if (text.trim() === "") throw usageError("PROMPT_EMPTY", "The prompt is empty", "Write one.");
  return { ...base, instruction: text };
}
