import type { Config } from "../../config/config.ts";
import type { LanguageModel } from "../../core/model.ts";
import { incumbentOf, type RunState } from "../../core/run-state.ts";
import type { Task } from "../../core/task.ts";
import type { TextModel } from "../../core/text-model.ts";
import { resumeRecording } from "../../optimizer/recorder.ts";
import type { ScoreCache } from "../../store/score-cache.ts";
import { obstacleFor } from "../check-fit.ts";
import { evaluatorFor } from "../evaluator-for.ts";
import { judgedBy, judgeOf } from "../open-judge.ts";
import { remembered } from "../remembered.ts";
import { startedEvent } from "../run.ts";
import { searchTask } from "../search-task.ts";
import type { LossScale } from "./landscape.ts";
import { LEAST_NATS, type Measurements, secondsFor } from "./measure.ts";
import { memoryLog } from "./memory-log.ts";

/** A task with the models that a run of it asks. */
export interface Estimated {
  readonly config: Config;
  readonly task: Task;
  readonly model: LanguageModel;
  readonly rewriter: LanguageModel | TextModel;
  /** Null where no judge is asked. */
  readonly judge: LanguageModel | TextModel | null;
  readonly measurements: Measurements;
  readonly signal: AbortSignal | undefined;
}

/**
 * Searches for so many iterations as a run of the task will, and answers where that leads. The
 * calls are kept in the cache, where the run finds them.
 */
export async function beginSearch(
  { config, task: bareTask, model: bareModel, measurements, signal, ...bare }: Estimated,
  iterations: number,
  cache: ScoreCache,
): Promise<RunState> {
  const { optimizer, prices } = config;
  const model = remembered(bareModel, config.model, prices, cache);
  const judgeName = judgeOf(bareTask.metric) ?? config.model;
  const task = judgedBy(bareTask, bare.judge && remembered(bare.judge, judgeName, prices, cache));
  const recorder = resumeRecording(
    memoryLog(() => secondsFor(measurements.pace, recorder.state.usage)),
  );
  const maxIterations = Math.min(iterations, optimizer.maxIterations);
  await searchTask(
    {
      config: { optimizer: { ...optimizer, maxIterations } },
      task,
      model,
      rewriter: remembered(bare.rewriter, config.rewriter, prices, cache),
      obstacle: obstacleFor(bareModel, task),
      evaluator: await evaluatorFor(model, task, task.data.train),
      recorder,
      signal,
    },
    startedEvent(task, config.model, ""),
  );
  return recorder.state;
}

/** Losses as the best prompt so far really has them, for what is supposed of others. */
export function scaleOf(
  begun: RunState,
  { spread, demonstrations }: Pick<Measurements, "spread" | "demonstrations">,
): LossScale {
  const { candidate, losses } = incumbentOf(begun);
  const nats = losses.map((loss) => {
    if (loss.answer !== undefined) throw new RangeError("Graded answers have no likelihood");
    return [loss.exampleId, Math.max(loss.crossEntropy, LEAST_NATS)] as const;
  });
  return { anchor: candidate, anchorNats: new Map(nats), spread, demonstrations };
}
