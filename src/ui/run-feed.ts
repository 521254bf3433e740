import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { messageOf } from "../core/errors.ts";
import { readBesideRun } from "../project/beside-run.ts";
import { movedTo } from "../project/moved-run.ts";
import type { LiveCondition, LiveRecord, RunFacts } from "../report/live.ts";
import { followLog } from "../store/follow-log.ts";
import { readManifest } from "../store/manifest.ts";
import { EVENTS_FILE } from "../store/run-folder.ts";
import { runsFolder } from "../store/run-id.ts";
import { isRunAtWork } from "../store/run-lock.ts";
import type { RunProcesses } from "./run-processes.ts";

/** One thing to tell a page. Records carry their number, by which a page that comes back says what it has. */
export type FeedMessage =
  | { readonly type: "facts"; readonly data: RunFacts }
  | { readonly type: "records"; readonly data: readonly LiveRecord[]; readonly id: number }
  | { readonly type: "condition"; readonly data: LiveCondition };

export interface FeedOptions {
  readonly project: string;
  readonly id: string;
  /** The number of the last record that the page has; 0 for none. */
  readonly after: number;
  readonly processes: RunProcesses;
  readonly projectFlag: string;
  readonly signal: AbortSignal;
}

const LOOK_EVERY_MS = 300;
const RECORDS_AT_ONCE = 200;

/** Tells a run from a record on, and goes on as its log grows, whoever writes it, until the signal. */
export async function* runFeed(options: FeedOptions): AsyncGenerator<FeedMessage> {
  const { project, id, after, signal } = options;
  const folder = join(runsFolder(project), id);
  yield { type: "facts", data: factsOf(options, folder) };
  const log = followLog(join(folder, EVENTS_FILE));
  let told = "";
  let hasVerdict = false;
  while (!signal.aborted) {
    let problem: string | null = null;
    try {
      const fresh = log.readNew();
      hasVerdict ||= fresh.some(({ event }) => event.type === "verdict-reached");
      const unseen = fresh.filter(({ seq }) => seq > after);
      for (let from = 0; from < unseen.length; from += RECORDS_AT_ONCE) {
        const records = unseen.slice(from, from + RECORDS_AT_ONCE);
        const data = records.map(({ seq, seconds, event }) => ({ seq, seconds, event }));
        yield { type: "records", data, id: data.at(-1)?.seq ?? 0 };
      }
    } catch (error) {
      problem = messageOf(error);
    }
    const data = conditionOf(options, folder, hasVerdict, problem);
    if (JSON.stringify(data) !== told) yield { type: "condition", data };
    told = JSON.stringify(data);
    await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
}

function factsOf({ project, id, projectFlag }: FeedOptions, folder: string): RunFacts {
  const { config } = movedTo(project, readManifest(folder));
  const { maxIterations, budget } = config.optimizer;
  const limits = { maxIterations, budget };
  return { id, ...readBesideRun(folder, config), projectFlag, limits };
}

function conditionOf(
  { id, processes }: FeedOptions,
  folder: string,
  hasVerdict: boolean,
  problem: string | null,
): LiveCondition {
  const work = processes.work();
  const own = work?.runId === id ? work : null;
  const isAtWork = own?.isAtWork === true || isRunAtWork(folder);
  const settled = hasVerdict ? "finished" : "stopped";
  return {
    condition: problem !== null ? "unreadable" : isAtWork ? "working" : settled,
    isOwn: own?.isAtWork === true,
    isStopping: own?.isAtWork === true && own.isStopping,
    problem: problem ?? (own?.failed === true ? own.note : null),
  };
}
