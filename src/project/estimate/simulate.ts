import { dryRun, type Suppositions } from "../../backends/llama-cpp/dry-run.ts";
import type { Config } from "../../config/config.ts";
import type { Candidate } from "../../core/candidate.ts";
import { addUsage, type LanguageModel, NO_USAGE, type Usage } from "../../core/model.ts";
import type { RunEvent } from "../../core/run-event.ts";
import { candidateOf, incumbentOf, type RunState } from "../../core/run-state.ts";
import type { Task } from "../../core/task.ts";
import { canScore, type TextModel, withTextUsage, writerOf } from "../../core/text-model.ts";
import { withUsage } from "../../core/usage-meter.ts";
import { reachVerdict } from "../../evaluation/verdict.ts";
import { searchPrompts } from "../../optimizer/optimize.ts";
import { type Recorder, resumeRecording } from "../../optimizer/recorder.ts";
import { ALL_PROPOSERS, REWRITERS } from "../../proposers/all.ts";
import type { ScoreCache } from "../../store/score-cache.ts";
import { obstacleFor } from "../check-fit.ts";
import { evaluatorFor } from "../evaluator-for.ts";
import { judgedBy } from "../open-judge.ts";
import { remembered, rememberedModel } from "../remembered.ts";
import { startedEvent, withoutTest } from "../run.ts";
import { dryText, type SupposedTexts } from "./dry-text.ts";
import { type Measurements, secondsFor } from "./measure.ts";
import { memoryLog } from "./memory-log.ts";
import {
  supposedJudge,
  supposedRewriter,
  type SupposedSearch,
  supposedSearch,
} from "./suppositions.ts";

/** What a search is simulated with: real models for their tokenizers and plans. */
export interface Simulated {
  readonly config: Config;
  readonly task: Task;
  readonly model: LanguageModel;
  readonly rewriter: LanguageModel | TextModel;
  /** Null where no judge is asked. */
  readonly judge: LanguageModel | TextModel | null;
  readonly measurements: Measurements;
  readonly signal?: AbortSignal;
}

export type Role = "model" | "rewriter" | "judge";

/** A search that was simulated to its verdict. */
export interface Simulation {
  readonly state: RunState;
  /** Of scoring the start prompt. */
  readonly startUsage: Pick<Usage, "requestedTokens" | "evaluatedTokens">;
  readonly byRole: Readonly<Record<Role, Usage>>;
}

/** Runs a search in which no model computes anything; one seed, one way it may go. */
export async function simulateRun(given: Simulated, seed: number): Promise<Simulation> {
  const { config, signal } = given;
  const recorder: Recorder = resumeRecording(
    memoryLog(() => secondsFor(given.measurements.pace, recorder.state.usage)),
  );
  const stopped = signal === undefined ? {} : { signal };
  const incumbent = (): Candidate =>
    recorder.state.incumbentId === null ? given.task.start : incumbentOf(recorder.state).candidate;
  const supposed = supposedSearch(
    seed,
    given.model,
    given.task.objective,
    given.measurements,
    incumbent,
  );
  const { model, rewriter, judge, byRole } = dryModels(given, supposed);
  const task = judgedBy(given.task, judge);
  const { train, validation, test } = task.data;
  await supposed.expect(task.start, [...train, ...validation, ...test]);
  const obstacle = obstacleFor(given.model, withLongestOnly(task));
  const evaluator = await evaluatorFor(model, task, train);
  await searchPrompts(
    {
      task: withoutTest(task),
      obstacle: async (candidate) => {
        const found = await obstacle(candidate);
        if (found === null) await supposed.expect(candidate, [...train, ...validation]);
        return found;
      },
      settings: config.optimizer,
      evaluator,
      takesPlainText: writerOf(given.model).capabilities.plain,
      rewriter: writerOf(rewriter),
      proposers: config.optimizer.edits ? ALL_PROPOSERS : REWRITERS,
      recorder,
      ...stopped,
    },
    startedEvent(task, config.model, ""),
  );
  await supposed.expect(incumbent(), test);
  recorder.record(
    await reachVerdict({
      task,
      evaluator,
      start: candidateOf(recorder.state, "c0"),
      best: incumbentOf(recorder.state),
      seed: config.optimizer.seed,
      ...stopped,
    }),
  );
  return { state: recorder.state, startUsage: startUsageOf(recorder.log.events), byRole };
}

function startUsageOf(events: readonly RunEvent[]): Simulation["startUsage"] {
  const start = events.find((event) => event.type === "candidate-scored");
  if (start === undefined) throw new RangeError("The start prompt was not scored");
  const { requestedTokens, evaluatedTokens } = start.usage;
  return { requestedTokens, evaluatedTokens };
}

/** The models of a run, which compute nothing and remember calls as a run does; each role counts what it spends. */
function dryModels(
  { config, task, ...real }: Simulated,
  supposed: SupposedSearch,
): {
  readonly model: LanguageModel;
  readonly rewriter: LanguageModel | TextModel;
  readonly judge: LanguageModel | TextModel | null;
  readonly byRole: Record<Role, Usage>;
} {
  const byRole = { model: NO_USAGE, rewriter: NO_USAGE, judge: NO_USAGE };
  const cache = memoryCache();
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
  const judgeName = task.metric.kind === "judge" ? (task.metric.model ?? config.model) : "";
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

function memoryCache(): ScoreCache {
  const values = new Map<string, Uint8Array>();
  return {
    get: (key) => values.get(key) ?? null,
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
