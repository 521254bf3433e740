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

/**
 * Follows a run, and tells of every change. The browser connects again by itself and says which
 * record it has; nothing follows a verdict.
 */
export function followRun(id: string, tell: (change: FollowedChange) => void): void {
  const source = new EventSource(`/api/runs/${encodeURIComponent(id)}/events`);
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
  const on = <T>(type: string, work: (data: T) => void): void =>
    source.addEventListener(type, ({ data }: MessageEvent<string>) => work(JSON.parse(data) as T));
  on<RunFacts>("facts", (facts) => {
    feed = { ...feed, facts };
    timer ??= setTimeout(tellReport, restMs);
    tellStatus({ connection: "open" });
  });
  on<readonly LiveRecord[]>("records", (records) => {
    feed = withRecords(feed, records);
    timer ??= setTimeout(tellReport, restMs);
  });
  on<LiveCondition>("condition", (condition) => {
    // Whoever reads that a run has ended shall see what it ended with.
    if (timer !== null && condition.condition !== "working") {
      clearTimeout(timer);
      tellReport();
    }
    tellStatus({ condition });
    if (condition.condition === "finished") source.close();
  });
  source.addEventListener("error", () => {
    const isGone = source.readyState === EventSource.CLOSED;
    tellStatus({ connection: isGone ? "refused" : "lost" });
  });
}
