import { join } from "node:path";
import type { Config } from "../config/config.ts";
import { PmpoError } from "../core/errors.ts";
import type { LanguageModel } from "../core/model.ts";
import type { VerdictReached } from "../core/run-event.ts";
import type { ScoredCandidate } from "../core/run-state.ts";
import type { Task } from "../core/task.ts";
import type { TextModel } from "../core/text-model.ts";
import { usageMeter } from "../core/usage-meter.ts";
import type { Evaluator } from "../evaluation/evaluator.ts";
import { gatherMaterial } from "../evaluation/objective-material.ts";
import { reachVerdict } from "../evaluation/verdict.ts";
import { startTrials, type TrialListener, type Trials } from "../optimizer/trials.ts";
import { cachedModel } from "../store/cached-model.ts";
import { openScoreCache } from "../store/score-cache.ts";
import { checkFit, checkJudgeFit, roomForAll } from "./check-fit.ts";
import { likelihoodObjective } from "./choose-objective.ts";
import { evaluatorFor } from "./evaluator-for.ts";
import { judgedBy, judgeOf, openJudge } from "./open-judge.ts";
import type { ModelAccess } from "./open-model.ts";
import type { OpenModels } from "./open-models.ts";
import type { PromptOnTask } from "./prompt-on-task.ts";
import { remembered } from "./remembered.ts";
import { disposable } from "./run.ts";

/** What trying prompts needs from outside. */
export interface TrialAccess extends ModelAccess {
  readonly onTrial?: TrialListener;
}

/** What trying may use up. */
interface TrialMeans {
  readonly models: OpenModels;
  /** Tokens of requests; null is no limit. */
  readonly budgetTokens: number | null;
}

/** Everything that changes of a prompt are tried with. */
export interface Workbench {
  readonly task: Task;
  readonly model: LanguageModel;
  readonly evaluator: Evaluator;
  /** Another model, asked nothing twice. */
  readonly remember: (model: LanguageModel | TextModel) => LanguageModel | TextModel;
  /** The prompt as it was given. */
  readonly original: ScoredCandidate;
  readonly trials: Trials;
  readonly meter: ReturnType<typeof usageMeter>;
}

/**
 * Loads the model, scores the prompt on the training examples and hands both over. Scores are
 * cached with the project: interrupted work goes on at no cost when it is begun again.
 */
export async function tryPrompts<T>(
  config: Config,
  { task: asked, candidate }: PromptOnTask,
  { models, budgetTokens }: TrialMeans,
  access: TrialAccess,
  work: (bench: Workbench) => Promise<T>,
): Promise<T> {
  const objective = likelihoodObjective(asked.objective, "pmpo demos and pmpo compress");
  const bareModel = await models.open(config.model);
  const judge = await openJudge(judgeOf(asked.metric), config, models);
  await checkFit(bareModel, { ...asked, start: { ...candidate, demonstrations: [] } });
  await checkJudgeFit(judge ?? bareModel, bareModel, asked);
  using cache = disposable(openScoreCache(join(config.folder, ".pmpo", "cache.sqlite")));
  const model = cachedModel(bareModel, cache.value);
  const remember: Workbench["remember"] = (bare) => remembered(bare, "", null, cache.value);
  const task = judgedBy({ ...asked, objective }, judge && remember(judge));
  const { options } = task;
  const { train } = task.data;
  const { seed } = config.optimizer;
  const meter = usageMeter(access);
  const material = await gatherMaterial(
    { task, model, start: candidate, examples: train, pool: train, seed },
    meter.call,
  );
  const room = roomForAll(bareModel, task);
  const trials = startTrials({
    scoring: { model, objective, options, material, overflow: "error" },
    examples: train,
    room,
    meter,
    budgetTokens,
    ...(access.onTrial === undefined ? {} : { onTrial: access.onTrial }),
  });
  const original = await trials.score(candidate, "start");
  if (original === null) throw (await room(candidate)) ?? unscorable();
  const evaluator = await evaluatorFor(model, task, train);
  return await work({ task, model, evaluator, remember, original, trials, meter });
}

/** Holds a prompt against another on the test examples; what that costs is counted with the trials. */
export async function holdAgainst(
  { task, evaluator, meter }: Workbench,
  start: ScoredCandidate,
  best: ScoredCandidate,
  seed: number,
): Promise<VerdictReached> {
  const { signal, onUsage } = meter.call;
  const verdict = await reachVerdict({
    task,
    evaluator,
    start,
    best,
    seed,
    ...(signal === undefined ? {} : { signal }),
  });
  onUsage?.(verdict.usage);
  return verdict;
}

function unscorable(): PmpoError {
  return new PmpoError("usage", "PROMPT_REFUSED", "The model's chat template refuses this prompt");
}
