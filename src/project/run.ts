import { join } from "node:path";
import type { Config, DataConfig } from "../config/config.ts";
import type { Candidate } from "../core/candidate.ts";
import { type Example, recordedExamples } from "../core/example.ts";
import type { LanguageModel } from "../core/model.ts";
import type { RunEvent, RunLog, RunStarted } from "../core/run-event.ts";
import { candidateOf, incumbentOf, type RunState } from "../core/run-state.ts";
import type { SearchSettings, Task } from "../core/task.ts";
import type { TextModel } from "../core/text-model.ts";
import { reachVerdict } from "../evaluation/verdict.ts";
import { type Recorder, resumeRecording } from "../optimizer/recorder.ts";
import { renderPrompt } from "../scoring/render.ts";
import { keptEstimate, writeRunEstimate } from "../store/estimate-file.ts";
import { type JsonValue, recordedModels } from "../store/manifest.ts";
import { createRun, openRun, type RunHandle } from "../store/run-folder.ts";
import { openScoreCache } from "../store/score-cache.ts";
import { type BesideRun, readBesideRun } from "./beside-run.ts";
import { type BuiltTask, buildTask, readInstruction } from "./build-task.ts";
import { checkFit, checkJudgeFit, obstacleFor } from "./check-fit.ts";
import { checkSameData, checkSameMetric, checkSameModel } from "./check-same.ts";
import { withCurrentEndpoints } from "./current-endpoints.ts";
import { estimateKey } from "./estimate/estimate-key.ts";
import { evaluatorFor } from "./evaluator-for.ts";
import { movedTo } from "./moved-run.ts";
import { judgedBy, judgeOf, openJudge } from "./open-judge.ts";
import type { ModelAccess } from "./open-model.ts";
import { openAnswerer, type OpenModels, openModels, openRewriter } from "./open-models.ts";
import { remembered } from "./remembered.ts";
import { searchTask } from "./search-task.ts";
import { withoutTrailingSpaces } from "../core/trailing-spaces.ts";

/** What a run needs from outside: clock, chance and the ear of whoever watches. */
export interface RunServices extends ModelAccess {
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** Letters and digits that tell two runs of one second apart. */
  readonly suffix: string;
  readonly pmpoVersion: string;
  /** Told once the run has a folder and the model is loaded. */
  readonly onReady?: (run: ReadyRun) => void;
  /** Told of every event, after it is on disk, with the state it led to. */
  readonly onEvent?: (event: RunEvent, state: RunState) => void;
}

/** What can be told before the first score. */
export interface ReadyRun {
  readonly id: string;
  readonly folder: string;
  readonly task: Task;
  readonly objectiveReason: string;
  /** Examples with equal inputs and different answers. */
  readonly contradictions: readonly (readonly Example[])[];
  readonly model: LanguageModel | TextModel;
  readonly settings: SearchSettings;
  /** How many examples each part was to have, at most. */
  readonly asked: Pick<DataConfig, "train" | "demonstrations" | "validation">;
  /** As far as the run had come before. */
  readonly state: RunState;
  /** Seconds of work before this session. */
  readonly secondsBefore: number;
}

/** A finished run. */
export interface FinishedRun extends BesideRun {
  readonly id: string;
  readonly folder: string;
  readonly state: RunState;
  /** Whether there was nothing left to do. */
  readonly wasFinished: boolean;
  /** Of work, in all sessions of the run. */
  readonly seconds: number;
}

/** Optimises the prompt of a task from the beginning. Bad input is refused before anything is written. */
export async function startRun(config: Config, services: RunServices): Promise<FinishedRun> {
  const built = await buildTask(config, services);
  await using models = openModels(config, services);
  const { model, rewriter, judge } = await openRoles(config, built.task, models);
  await checkFit(model, built.task);
  await checkJudgeFit(judge ?? model, model, built.task);
  const { answers } = built.task;
  const frozen = { ...(await freezePrompt(config)), data: built.data, answers };
  await using run = await createRun(
    config.folder,
    {
      pmpoVersion: services.pmpoVersion,
      config: JSON.parse(JSON.stringify(frozen)) as JsonValue,
      seeds: { search: config.optimizer.seed },
      modelIdentity: model.identity,
      rewriterIdentity: rewriter?.identity ?? null,
      judgeIdentity: judge?.identity ?? null,
      metricSha256: built.metricSha256,
      dataHashes: [...built.dataHashes],
    },
    { clock: services.clock, taskName: config.name, suffix: services.suffix },
  );
  const identities = {
    model: model.identity,
    rewriter: rewriter?.identity ?? null,
    judge: judge?.identity ?? null,
  };
  const { dataHashes } = built;
  const estimate = keptEstimate(
    config.folder,
    await estimateKey({ config, dataHashes, ...identities }),
  );
  if (estimate !== null) writeRunEstimate(run.folder, estimate);
  return await work(run, frozen, { ...built, model, rewriter, judge }, services);
}

/** Goes on with a run that was stopped or killed; a finished one is only reported again. */
export async function resumeRun(
  projectFolder: string,
  idOrPrefix: string,
  services: RunServices,
): Promise<FinishedRun> {
  await using run = await openRun(projectFolder, idOrPrefix, { clock: services.clock });
  const began = movedTo(projectFolder, run.manifest);
  const config = await withCurrentEndpoints(began.config);
  const built = await buildTask(config, services);
  checkSameData(began.dataHashes, built.dataHashes);
  const { state } = resumeRecording(run.log);
  if (state.verdict !== null) {
    return { ...finish(run, config, built.task, state), wasFinished: true };
  }
  checkSameMetric(began, built);
  await using models = openModels(config, { ...services, recorded: recordedModels(run.manifest) });
  const { model, rewriter, judge } = await openRoles(config, built.task, models);
  checkSameModel("model", run.manifest.modelIdentity, model.identity);
  checkSameModel("rewriter", run.manifest.rewriterIdentity, rewriter?.identity ?? null);
  checkSameModel("judge", run.manifest.judgeIdentity, judge?.identity ?? null);
  return await work(run, config, { ...built, model, rewriter, judge }, services);
}

/** The prompt's file may change later: the run keeps the text it began with. */
async function freezePrompt(config: Config): Promise<Config> {
  const instruction = await readInstruction(config);
  return { ...config, prompt: { ...config.prompt, instruction, instructionFile: null } };
}

/** The models of a run by what they do. */
interface Roles {
  readonly model: LanguageModel | TextModel;
  /** Null: the model itself. */
  readonly rewriter: LanguageModel | TextModel | null;
  /** Null: the model itself, or none at all. */
  readonly judge: LanguageModel | TextModel | null;
}

/** What a run works on and with. */
interface Work extends BuiltTask, Roles {}

async function work(
  run: RunHandle,
  config: Config,
  { task: bareTask, objectiveReason, contradictions, model: bareModel, rewriter, judge }: Work,
  services: RunServices,
): Promise<FinishedRun> {
  using cache = disposable(openScoreCache(join(config.folder, ".pmpo", "cache.sqlite")));
  const { prices } = config;
  const model = remembered(bareModel, config.model, prices, cache.value);
  const judgeName = judgeOf(bareTask.metric) ?? config.model;
  const task = judgedBy(bareTask, judge && remembered(judge, judgeName, prices, cache.value));
  const evaluator = await evaluatorFor(model, task, task.data.train);
  const recorder = resumeRecording(run.log);
  const told = tellingRecorder(recorder, services.onEvent);
  const { id, folder } = run;
  services.onReady?.({
    id,
    folder,
    task,
    objectiveReason,
    contradictions,
    model,
    settings: config.optimizer,
    asked: config.data,
    state: recorder.state,
    secondsBefore: run.log.elapsedSeconds(),
  });
  await searchTask(
    {
      config,
      task,
      model,
      rewriter:
        rewriter === null ? model : remembered(rewriter, config.rewriter, prices, cache.value),
      obstacle: obstacleFor(bareModel, task),
      evaluator,
      recorder: told,
      signal: services.signal,
    },
    startedEvent(task, config.model, objectiveReason),
  );
  told.record(
    await reachVerdict({
      task,
      evaluator,
      start: candidateOf(recorder.state, "c0"),
      best: incumbentOf(recorder.state),
      seed: config.optimizer.seed,
      ...(services.signal === undefined ? {} : { signal: services.signal }),
    }),
  );
  return finish(run, config, task, recorder.state);
}

function finish(run: RunHandle, config: Config, task: Task, state: RunState): FinishedRun {
  const { candidate } = incumbentOf(state);
  run.writeBest(`${candidate.instruction}\n`, bestDocument(candidate, task));
  const { id, folder, log } = run;
  const seconds = log.recordedSeconds();
  return { id, folder, state, wasFinished: false, seconds, ...readBesideRun(folder, config) };
}

async function openRoles(
  config: Config,
  { metric, objective }: Task,
  models: OpenModels,
): Promise<Roles> {
  return {
    model: await openAnswerer(config, objective, models),
    rewriter: await openRewriter(config, models),
    judge: await openJudge(judgeOf(metric), config, models),
  };
}

/** A thing that is closed, for `using`. */
export function disposable<T extends { close(): void }>(
  value: T,
): Disposable & { readonly value: T } {
  return { value, [Symbol.dispose]: () => value.close() };
}

function tellingRecorder(recorder: Recorder, onEvent: RunServices["onEvent"]): Recorder {
  return {
    get state() {
      return recorder.state;
    },
    log: recorder.log satisfies RunLog,
    record: (event) => {
      recorder.record(event);
      onEvent?.(event, recorder.state);
    },
  };
}

/** The first event of a run. */
export function startedEvent(task: Task, model: string, objectiveReason: string): RunStarted {
  return {
    type: "run-started",
    taskName: task.name,
    model,
    objective: task.objective,
    objectiveReason,
    trainIds: idsOf(task.data.train),
    demonstrationIds: idsOf(task.data.demonstrations),
    validationIds: idsOf(task.data.validation),
    testIds: idsOf(task.data.test),
    examples: recordedExamples(task.data.train),
  };
}

function idsOf(examples: readonly { readonly id: string }[]): readonly string[] {
  return examples.map(({ id }) => id);
}

/** best.json: the messages as any chat API takes them, with `{{variables}}` where inputs go. */
export function bestDocument(candidate: Candidate, task: Task): JsonValue {
  const names = Object.keys(task.data.train[0]?.inputs ?? {});
  const placeholders = Object.fromEntries(names.map((name) => [name, `{{${name}}}`]));
  const prompt = renderPrompt(candidate, placeholders);
  const document = {
    instruction: candidate.instruction,
    layout: candidate.layout,
    demonstrations: candidate.demonstrations,
    // The blank in front of an answer belongs to the answer (docs/footguns.md).
    ...(prompt.kind === "chat"
      ? { messages: prompt.messages }
      : { text: withoutTrailingSpaces(prompt.text) }),
    variables: names,
  };
  return JSON.parse(JSON.stringify(document)) as JsonValue;
}
