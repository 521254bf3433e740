import { dryRun, type Suppositions } from "../../backends/llama-cpp/dry-run.ts";
import type { Candidate } from "../../core/candidate.ts";
import { addUsage, type LanguageModel, NO_USAGE, type Usage } from "../../core/model.ts";
import { candidateOf, incumbentOf, type RunState } from "../../core/run-state.ts";
import type { Task } from "../../core/task.ts";
import { canScore, type TextModel, withTextUsage } from "../../core/text-model.ts";
import { withUsage } from "../../core/usage-meter.ts";
import { reachVerdict } from "../../evaluation/verdict.ts";
import { type Recorder, resumeRecording } from "../../optimizer/recorder.ts";
import type { ScoreCache } from "../../store/score-cache.ts";
import { obstacleFor } from "../check-fit.ts";
import { evaluatorFor } from "../evaluator-for.ts";
import { judgedBy, judgeOf } from "../open-judge.ts";
import { remembered, rememberedModel } from "../remembered.ts";
import { startedEvent } from "../run.ts";
import { searchTask } from "../search-task.ts";
import type { Estimated } from "./begin-search.ts";
import { dryText, type SupposedTexts } from "./dry-text.ts";
import type { LossScale } from "./landscape.ts";
import { secondsFor } from "./measure.ts";
import { memoryLog } from "./memory-log.ts";
import {
  supposedJudge,
  supposedRewriter,
  type SupposedSearch,
  supposedSearch,
} from "./suppositions.ts";

/** A search that was begun for real, to be simulated to its end. */
export interface Begun extends Estimated {
  readonly scale: LossScale;
  /** Holds the calls of the beginning; simulations add none. */
  readonly cache: Pick<ScoreCache, "get">;
}

export type Role = "model" | "rewriter" | "judge";

/** A search that was simulated to its verdict. */
export interface Simulation {
  readonly state: RunState;
  readonly byRole: Readonly<Record<Role, Usage>>;
}

/** Goes on with a search without computing anything; one seed, one way it may go. What was begun comes out of the cache. */
export async function simulateRun(begun: Begun, seed: number): Promise<Simulation> {
  const { config, measurements, signal } = begun;
  const recorder: Recorder = resumeRecording(
    memoryLog(() => secondsFor(measurements.pace, recorder.state.usage)),
  );
  const { start } = begun.task;
  const incumbent = (): Candidate =>
    recorder.state.incumbentId === null ? start : incumbentOf(recorder.state).candidate;
  const known = { start, scale: begun.scale, answers: measurements.answers };
  const supposed = supposedSearch(seed, begun.model, begun.task.objective, known, incumbent);
  const { model, rewriter, judge, byRole } = dryModels(begun, supposed);
  const task = judgedBy(begun.task, judge);
  const { train, validation, test } = task.data;
  await supposed.expect(start, [...train, ...validation, ...test]);
  const obstacle = obstacleFor(begun.model, withLongestOnly(task));
  const evaluator = await evaluatorFor(model, task, train);
  await searchTask(
    {
      config,
      task,
      model,
      rewriter,
      obstacle: async (candidate) => {
        const found = await obstacle(candidate);
        if (found === null) await supposed.expect(candidate, [...train, ...validation]);
        return found;
      },
      evaluator,
      recorder,
      signal,
    },
    startedEvent(task, config.model, ""),
  );
  await supposed.expect(incumbent(), test);
  recorder.record(
    await reachVerdict({
      task: withSupposedGrades(task),
      evaluator,
      start: candidateOf(recorder.state, "c0"),
      best: incumbentOf(recorder.state),
      seed: config.optimizer.seed,
      ...(signal === undefined ? {} : { signal }),
    }),
  );
  return { state: recorder.state, byRole };
}

/** Nobody looks at the grades of supposed answers; only a judge costs something to ask. */
function withSupposedGrades(task: Task): Task {
  if (task.metric.kind === "judge") return task;
  const wrong = { score: 0, isRight: false };
  return { ...task, grade: (answers) => Promise.resolve(answers.map(() => wrong)) };
}

/** The models of a run, which compute nothing and remember calls as a run does; each role counts what it spends. */
function dryModels(
  { config, task, cache: done, ...real }: Begun,
  supposed: SupposedSearch,
): {
  readonly model: LanguageModel;
  readonly rewriter: LanguageModel | TextModel;
  readonly judge: LanguageModel | TextModel | null;
  readonly byRole: Record<Role, Usage>;
} {
  const byRole = { model: NO_USAGE, rewriter: NO_USAGE, judge: NO_USAGE };
  const cache = cacheOver(done);
  const { prices } = config;
  const counted = (role: Role): ((usage: Usage) => Usage) => {
    return (usage) => {
      byRole[role] = addUsage(byRole[role], usage);
      return usage;
    };
  };
  const writing = (
    role: Role,
    name: string,
    bare: LanguageModel | TextModel,
    texts: Suppositions & SupposedTexts,
  ): LanguageModel | TextModel => {
    const dry = canScore(bare) ? dryRun(bare, texts) : dryText(bare, texts);
    const model = remembered(dry, name, prices, cache);
    return canScore(model) ? withUsage(model, counted(role)) : withTextUsage(model, counted(role));
  };
  const rewriting = supposedRewriter(task.start.instruction);
  const judgeName = judgeOf(task.metric) ?? config.model;
  return {
    model: withUsage(
      rememberedModel(dryRun(real.model, supposed), config.model, prices, cache),
      counted("model"),
    ),
    rewriter: writing("rewriter", config.rewriter, real.rewriter, rewriting),
    judge: real.judge && writing("judge", judgeName, real.judge, supposedJudge()),
    byRole,
  };
}

/** Finds what is there already, and keeps the rest in memory. */
function cacheOver(done: Pick<ScoreCache, "get">): ScoreCache {
  const values = new Map<string, Uint8Array>();
  return {
    get: (key) => values.get(key) ?? done.get(key),
    set: (key, value) => {
      values.set(key, value);
    },
    close: () => {},
  };
}

/** Where a prompt leaves the longest example held out room, it leaves room to all: about, as tokens are not counted. */
function withLongestOnly(task: Task): Task {
  const size = ({ inputs, target }: Task["data"]["test"][number]): number =>
    Object.values(inputs).join().length + target.length;
  const longest = (examples: Task["data"]["test"]): Task["data"]["test"] =>
    [...examples].sort((a, b) => size(b) - size(a)).slice(0, 1);
  const { validation, test } = task.data;
  return {
    ...task,
    data: { ...task.data, validation: longest(validation), test: longest(test) },
  };
}
