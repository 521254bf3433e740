import type { Config } from "../config/config.ts";
import { type Candidate, layoutName } from "../core/candidate.ts";
import { usageError } from "../core/errors.ts";
import { type LossSummary, summariseLosses } from "../core/loss.ts";
import type { Usage } from "../core/model.ts";
import { createRandom } from "../core/random.ts";
import { type ScoringMode, scoringMode } from "../core/scoring-mode.ts";
import { usageMeter } from "../core/usage-meter.ts";
import { type Headroom, headroomOf } from "../evaluation/headroom.ts";
import { variedCandidates } from "../proposers/varied.ts";
import { unlessRefused } from "../optimizer/refusals.ts";
import { buildTask } from "./build-task.ts";
import { checkFit, obstacleFor } from "./check-fit.ts";
import { evaluatorFor } from "./evaluator-for.ts";
import { judgedBy, judgeInTraining, openJudge } from "./open-judge.ts";
import type { ModelAccess } from "./open-model.ts";
import { openAnswerer, openModels } from "./open-models.ts";
import { withoutTest } from "./search-task.ts";

/** A prompt that was tried, with its losses. */
interface TriedPrompt {
  readonly candidate: Candidate;
  readonly layout: string;
  readonly losses: LossSummary;
}

/** What trying varied prompts showed. */
export interface MeasuredHeadroom extends Headroom {
  readonly model: string;
  readonly mode: ScoringMode;
  readonly examples: number;
  /** The start prompt first. */
  readonly prompts: readonly TriedPrompt[];
  /** Whether a search is likely to find a lower loss: the interval of the gain lies above 0. */
  readonly worthwhile: boolean;
  readonly usage: Usage;
}

/** Scores varied prompts on the training examples of a task, and says what a search may gain. */
export async function measureHeadroom(
  config: Config,
  count: number,
  access: ModelAccess,
): Promise<MeasuredHeadroom> {
  const { task: whole } = await buildTask(config, access);
  if (count < 2 || whole.data.train.length < 2) {
    throw usageError(
      "HEADROOM_TOO_LITTLE",
      `Headroom needs two prompts and two training examples at least; there are ${count} and ${whole.data.train.length}`,
    );
  }
  await using models = openModels(config, access);
  const model = await openAnswerer(config, whole.objective, models);
  const judge = await openJudge(judgeInTraining(whole.metric, whole.objective), config, models);
  const task = judgedBy(withoutTest(whole), judge);
  const { train } = task.data;
  await checkFit(model, whole);
  const obstacle = obstacleFor(model, whole);
  const { seed } = config.optimizer;
  const candidates = await variedCandidates(task, config.optimizer, model, count);
  const meter = usageMeter(access);
  const evaluator = await evaluatorFor(model, task, train);
  const ground = { start: task.start, examples: train, pool: train, seed };
  const material = await evaluator.prepare(ground, meter.call);
  const tried = [];
  for (const candidate of candidates) {
    if ((await obstacle(candidate)) !== null) continue;
    const losses = await unlessRefused(() =>
      evaluator.score(candidate, train, material, meter.call),
    );
    if (losses !== null) tried.push({ candidate, losses });
  }
  if (tried.length < 2) {
    throw usageError(
      "HEADROOM_NOTHING_TO_VARY",
      "This task leaves nothing to vary: wording, layout and demonstrations are all pinned",
      "Allow one of them under `search`.",
    );
  }
  const headroom = headroomOf(
    tried.map(({ losses }) => losses.map(({ loss }) => loss)),
    createRandom(seed, "headroom"),
  );
  return {
    ...headroom,
    model: config.model,
    mode: scoringMode(task.objective),
    examples: train.length,
    prompts: tried.map(({ candidate, losses }) => ({
      candidate,
      layout: layoutName(candidate.layout),
      losses: summariseLosses(losses),
    })),
    worthwhile: headroom.gainInterval[0] > 0,
    usage: meter.total(),
  };
}
