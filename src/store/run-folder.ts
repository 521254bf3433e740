import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { PmpoError, usageError } from "../core/errors.ts";
import type { RunEvent, StopReason } from "../core/run-event.ts";
import { foldRun } from "../core/run-state.ts";
import { type ScoringMode, scoringMode } from "../core/scoring-mode.ts";
import { syncFolder, writeFileAtomic } from "./atomic-file.ts";
import { diskError, errorNumberCode } from "./disk-error.ts";
import { type Clock, type EventLog, openEventLog, readEventLog } from "./event-log.ts";
import type { FileLock } from "./file-lock.ts";
import {
  type JsonValue,
  type NewRunManifest,
  readManifest,
  type RunManifest,
  writeManifest,
} from "./manifest.ts";
import { formatRunId, resolveRunId, runIds, runsFolder } from "./run-id.ts";
import { lockRun } from "./run-lock.ts";

/** A run's log in its folder. */
export const EVENTS_FILE = "events.jsonl";
const PROMPTS_FOLDER = "prompts";
const BEST_FILE = "best.json";

/** A run that is open for work. No other process can open it until this one closes it or ends. */
export interface RunHandle extends AsyncDisposable {
  readonly id: string;
  readonly folder: string;
  readonly manifest: RunManifest;
  readonly log: EventLog;
  /** Writes best.txt and best.json, each as a whole. */
  writeBest(text: string, document: JsonValue): void;
  close(): void;
}

/** A run as it lies on disk. */
export interface RecordedRun {
  readonly id: string;
  readonly folder: string;
  readonly manifest: RunManifest;
  readonly events: readonly RunEvent[];
  /** Seconds of work up to each event. */
  readonly eventSeconds: readonly number[];
  /** Seconds of work in all sessions. */
  readonly elapsedSeconds: number;
}

/** One line of a list of runs. */
export interface RunSummaryRow {
  readonly id: string;
  readonly folder: string;
  /** Why the run cannot be read; all that follows is then empty. */
  readonly problem: string | null;
  readonly createdAt: string | null;
  readonly taskName: string | null;
  readonly model: string | null;
  readonly candidates: number;
  readonly iterations: number;
  /** What its losses are: of likelihoods in nats, or 1 − accuracy. */
  readonly mode: ScoringMode | null;
  readonly startLoss: number | null;
  readonly bestLoss: number | null;
  /** Null while the search can go on. */
  readonly stopReason: StopReason | null;
  readonly verdict: string | null;
  readonly elapsedSeconds: number;
}

/** What names a new run. */
export interface CreateRunOptions {
  readonly clock: Clock;
  readonly taskName: string;
  /** Letters and digits that tell two runs of one second apart. */
  readonly suffix: string;
}

/** Makes the folder of a new run in `<project>/.pmpo/runs`, or nothing at all. */
export async function createRun(
  projectFolder: string,
  manifest: NewRunManifest,
  { clock, taskName, suffix }: CreateRunOptions,
): Promise<RunHandle> {
  const createdAt = new Date(clock());
  const id = formatRunId({ at: createdAt, taskName, suffix });
  const runs = runsFolder(projectFolder);
  const folder = join(runs, id);
  makeRunFolder(runs, folder, id);
  try {
    const lock = lockRun(folder, id);
    try {
      mkdirSync(join(folder, PROMPTS_FOLDER));
      const written = writeManifest(folder, manifest, createdAt);
      syncFolder(runs);
      return createHandle({ id, folder, manifest: written, lock, clock });
    } catch (error) {
      lock.release();
      throw error;
    }
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error instanceof PmpoError ? error : diskError(folder, error);
  }
}

/** Opens a run to continue it, by its id, a beginning of it, or `latest`. */
export async function openRun(
  projectFolder: string,
  idOrPrefix: string,
  { clock }: { readonly clock: Clock },
): Promise<RunHandle> {
  const id = resolveRunId(projectFolder, idOrPrefix);
  const folder = join(runsFolder(projectFolder), id);
  const manifest = readManifest(folder);
  const lock = lockRun(folder, id);
  try {
    const handle = createHandle({ id, folder, manifest, lock, clock });
    restorePrompts(folder, handle.log.events);
    return handle;
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** Reads a run without locking or changing it; it may be at work in another process. */
export async function readRun(projectFolder: string, idOrPrefix: string): Promise<RecordedRun> {
  const id = resolveRunId(projectFolder, idOrPrefix);
  const folder = join(runsFolder(projectFolder), id);
  const manifest = readManifest(folder);
  const { records } = readEventLog(join(folder, EVENTS_FILE));
  return {
    id,
    folder,
    manifest,
    events: records.map(({ event }) => event),
    eventSeconds: records.map(({ seconds }) => seconds),
    elapsedSeconds: records.at(-1)?.seconds ?? 0,
  };
}

/** The file with a run's best prompt and all that belongs to it. */
export function bestPromptFile(projectFolder: string, idOrPrefix: string): string {
  const id = resolveRunId(projectFolder, idOrPrefix);
  const file = join(runsFolder(projectFolder), id, BEST_FILE);
  if (!existsSync(file)) throw runUnfinished(id);
  return file;
}

/** The error of asking for a result that is not there yet. */
export function runUnfinished(id: string): PmpoError {
  return usageError(
    "RUN_UNFINISHED",
    `Run ${id} is not finished: its best prompt is not found yet`,
    `Go on with it first: pmpo resume ${id}`,
  );
}

/** The runs of a project, newest first. One that cannot be read is listed with its problem. */
export async function listRuns(projectFolder: string): Promise<readonly RunSummaryRow[]> {
  const rows: RunSummaryRow[] = [];
  for (const id of runIds(projectFolder)) {
    try {
      rows.push(summaryOf(await readRun(projectFolder, id)));
    } catch (error) {
      if (!(error instanceof PmpoError)) throw error;
      rows.push({
        ...UNREADABLE,
        id,
        folder: join(runsFolder(projectFolder), id),
        problem: error.message,
      });
    }
  }
  return rows;
}

const UNREADABLE: Omit<RunSummaryRow, "id" | "folder"> = {
  problem: null,
  createdAt: null,
  taskName: null,
  model: null,
  candidates: 0,
  iterations: 0,
  mode: null,
  startLoss: null,
  bestLoss: null,
  stopReason: null,
  verdict: null,
  elapsedSeconds: 0,
};

function summaryOf(run: RecordedRun): RunSummaryRow {
  const state = foldRun(run.events);
  return {
    id: run.id,
    folder: run.folder,
    problem: null,
    createdAt: run.manifest.createdAt,
    taskName: state.started?.taskName ?? null,
    model: run.manifest.modelIdentity.name,
    candidates: state.candidates.length + state.dropped.length,
    iterations: state.iterations,
    mode: state.started && scoringMode(state.started.objective),
    startLoss: state.lossHistory[0] ?? null,
    bestLoss: state.lossHistory.at(-1) ?? null,
    stopReason: state.stopReason,
    verdict: state.verdict?.text ?? null,
    elapsedSeconds: run.elapsedSeconds,
  };
}

function createHandle(run: {
  readonly id: string;
  readonly folder: string;
  readonly manifest: RunManifest;
  readonly lock: FileLock;
  readonly clock: Clock;
}): RunHandle {
  const { id, folder, manifest, lock, clock } = run;
  const log = openEventLog(join(folder, EVENTS_FILE), {
    clock,
    beforeAppend: (event) => writePrompt(folder, event),
  });
  const close = (): void => {
    log.close();
    lock.release();
  };
  return {
    id,
    folder,
    manifest,
    log,
    writeBest: (text, document): void => {
      writeFileAtomic(join(folder, "best.txt"), text);
      writeFileAtomic(join(folder, BEST_FILE), `${JSON.stringify(document, null, 2)}\n`);
    },
    close,
    [Symbol.asyncDispose]: async (): Promise<void> => close(),
  };
}

function makeRunFolder(runs: string, folder: string, id: string): void {
  try {
    makeFolders(runs);
  } catch (error) {
    throw diskError(runs, error);
  }
  try {
    mkdirSync(folder);
  } catch (error) {
    if (errorNumberCode(error) !== "EEXIST") throw diskError(folder, error);
    throw usageError("RUN_EXISTS", `There is a run ${id} already`, "Start the run again.");
  }
}

/** One after the other: made in one go, they would be called missing where the disk is read-only. */
function makeFolders(path: string): void {
  const isFolder = (): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  if (isFolder()) return;
  makeFolders(dirname(path));
  try {
    mkdirSync(path);
  } catch (error) {
    // Another process may have been faster.
    if (!isFolder()) throw error;
  }
}

/** The prompts are derived from the log: what a power cut took is written again. */
function restorePrompts(folder: string, events: readonly RunEvent[]): void {
  mkdirSync(join(folder, PROMPTS_FOLDER), { recursive: true });
  for (const event of events) {
    if (event.type !== "candidate-scored" && event.type !== "candidate-dropped") continue;
    const path = promptPath(folder, event.candidateId);
    const isWhole = existsSync(path) && readFileSync(path, "utf8") === event.candidate.instruction;
    if (!isWhole) writePrompt(folder, event);
  }
}

function writePrompt(folder: string, event: RunEvent): void {
  if (event.type !== "candidate-scored" && event.type !== "candidate-dropped") return;
  const path = promptPath(folder, event.candidateId);
  try {
    writeFileSync(path, event.candidate.instruction);
  } catch (error) {
    throw diskError(path, error);
  }
}

function promptPath(folder: string, candidateId: string): string {
  if (!/^[\w-]+$/.test(candidateId)) {
    throw new PmpoError("bug", "CANDIDATE_ID_UNSAFE", `"${candidateId}" cannot name a file`);
  }
  return join(folder, PROMPTS_FOLDER, `${candidateId}.txt`);
}
