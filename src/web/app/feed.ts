import { EMPTY_RUN, reduceRun, type RunState } from "../../core/run-state.ts";
import type { LiveCondition, LiveRecord, RunFacts } from "../../report/live.ts";
import { type RunReport, runReport } from "../../report/run-report.ts";
import { timeLeft } from "../../report/time-left.ts";
import type { ReportChange } from "./report-change.ts";

/** What is known of a run that is followed. */
export interface Feed {
  readonly facts: RunFacts | null;
  /** Without gaps, from number 1 on. */
  readonly records: readonly LiveRecord[];
  /** What they fold to. */
  readonly state: RunState;
}

export const EMPTY_FEED: Feed = { facts: null, records: [], state: EMPTY_RUN };

/** What a page shows beside the report. */
export interface FeedStatus {
  /** Known so far. */
  readonly events: number;
  /** How far the search is, and how long it goes on at most; null before its first score and after its end. */
  readonly progress: string | null;
  readonly condition: LiveCondition | null;
  /** `lost` while the browser tries again, `refused` when it gave up. */
  readonly connection: "open" | "lost" | "refused";
}

export const UNKNOWN_STATUS: FeedStatus = {
  events: 0,
  progress: null,
  condition: null,
  connection: "open",
};

/** What a page tells the thread that follows a run: which one, and whether anyone looks at the page. */
export type FeedOrder =
  | { readonly type: "follow"; readonly id: string }
  | { readonly type: "seen"; readonly isSeen: boolean };

/** What the thread that follows a run tells its page. */
export type FollowedChange =
  | { readonly type: "status"; readonly status: FeedStatus }
  | { readonly type: "report"; readonly change: ReportChange };

/** The feed with records that are new to it: what came before is left out, and so is all behind a gap. */
export function withRecords(feed: Feed, arrived: readonly LiveRecord[]): Feed {
  const known = feed.records.length;
  const fresh = arrived.filter(({ seq }) => seq > known);
  const follows = fresh.every(({ seq }, index) => seq === known + index + 1);
  if (!follows || fresh.length === 0) return feed;
  const state = fresh.reduce((folded, { event }) => reduceRun(folded, event), feed.state);
  return { ...feed, records: [...feed.records, ...fresh], state };
}

/** How far a search is that goes on. */
export function progressOf({ facts, records, state }: Feed): string | null {
  const seconds = records.at(-1)?.seconds ?? 0;
  if (facts === null || state.incumbentId === null || state.stopReason !== null) return null;
  const { limits } = facts;
  const underWay = Math.min(state.iterations + 1, limits.maxIterations);
  const place = `Iteration ${underWay} of at most ${limits.maxIterations}`;
  const left = timeLeft(state, seconds, limits);
  return left === null ? place : `${place}, ${left}`;
}

/** The report of what is known; null before the start prompt was scored. */
export function reportOf({ facts, records, state }: Feed): RunReport | null {
  if (facts === null || state.incumbentId === null) return null;
  const run = {
    ...facts,
    events: records.map(({ event }) => event),
    eventSeconds: records.map(({ seconds }) => seconds),
    seconds: records.at(-1)?.seconds ?? 0,
  };
  return runReport(run, state);
}
