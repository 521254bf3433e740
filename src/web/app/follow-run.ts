import type { LiveCondition, LiveRecord, RunFacts } from "../../report/live.ts";
import type { RunReport } from "../../report/run-report.ts";
import {
  EMPTY_FEED,
  type FeedStatus,
  type FollowedChange,
  progressOf,
  reportOf,
  UNKNOWN_STATUS,
  withRecords,
} from "./feed.ts";
import { changeOf } from "./report-change.ts";

/** Reports are made anew at most this often, however fast events come. */
const REPORT_EVERY_MS = 250;
/** And as many times as long as one takes: a long run's are made more rarely. */
const REST = 4;

/** A run that is followed. */
export interface FollowedRun {
  /** Whether anyone looks. */
  setSeen(isSeen: boolean): void;
}

/**
 * Follows a run, and tells of every change. The browser connects again by itself and says which
 * record it has; nothing follows a verdict. A stopped run that nobody looks at is let go until someone
 * does: a browser has six connections to a server for all its pages.
 */
export function followRun(id: string, tell: (change: FollowedChange) => void): FollowedRun {
  let isSeen = true;
  let feed = EMPTY_FEED;
  let told: RunReport | null = null;
  let status = UNKNOWN_STATUS;
  let timer: ReturnType<typeof setTimeout> | null = null;
  let restMs = REPORT_EVERY_MS;
  const tellStatus = (change: Partial<FeedStatus>): void => {
    const progress = progressOf(feed);
    status = { ...status, ...change, progress, events: feed.records.length };
    tell({ type: "status", status });
  };
  const tellReport = (): void => {
    timer = null;
    const begun = performance.now();
    const report = reportOf(feed);
    if (report !== null) tell({ type: "report", change: changeOf(told, report) });
    told = report;
    tellStatus({});
    restMs = Math.max(REPORT_EVERY_MS, REST * (performance.now() - begun));
  };
  const rest = (): void => {
    const condition = status.condition?.condition;
    if (condition === "finished" || (condition === "stopped" && !isSeen)) source.close();
  };
  const hear = {
    facts: (facts: RunFacts): void => {
      feed = { ...feed, facts };
      timer ??= setTimeout(tellReport, restMs);
      tellStatus({ connection: "open" });
    },
    records: (records: readonly LiveRecord[]): void => {
      feed = withRecords(feed, records);
      timer ??= setTimeout(tellReport, restMs);
    },
    condition: (condition: LiveCondition): void => {
      // Whoever reads that a run has ended shall see what it ended with.
      if (timer !== null && condition.condition !== "working") {
        clearTimeout(timer);
        tellReport();
      }
      tellStatus({ condition });
      rest();
    },
    lost: (isGone: boolean): void => tellStatus({ connection: isGone ? "refused" : "lost" }),
  };
  let source = listening(id, 0, hear);
  return {
    setSeen: (seen) => {
      isSeen = seen;
      rest();
      const isEnded = status.condition?.condition === "finished";
      if (!seen || isEnded || source.readyState !== EventSource.CLOSED) return;
      source = listening(id, feed.records.length, hear);
    },
  };
}

interface Ears {
  readonly facts: (facts: RunFacts) => void;
  readonly records: (records: readonly LiveRecord[]) => void;
  readonly condition: (condition: LiveCondition) => void;
  readonly lost: (isGone: boolean) => void;
}

/** A connection that tells all that comes after so many records. */
function listening(id: string, after: number, ears: Ears): EventSource {
  const source = new EventSource(`/api/runs/${encodeURIComponent(id)}/events?after=${after}`);
  const on = <T>(type: string, work: (data: T) => void): void =>
    source.addEventListener(type, ({ data }: MessageEvent<string>) => work(JSON.parse(data) as T));
  on("facts", ears.facts);
  on("records", ears.records);
  on("condition", ears.condition);
  source.addEventListener("error", () => ears.lost(source.readyState === EventSource.CLOSED));
  return source;
}
