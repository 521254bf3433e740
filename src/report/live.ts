import type { RunEvent } from "../core/run-event.ts";
import type { RunCondition, RunRow } from "./run-row.ts";
import type { RecordedEvents } from "./run-report.ts";
import type { SearchLimits } from "./time-left.ts";

// What the server of `pmpo ui` says to its pages.

/** Where a page's run lies and what was known before it began: sent first on every connection. */
export interface RunFacts extends Omit<RecordedEvents, "events" | "eventSeconds" | "seconds"> {
  readonly limits: SearchLimits;
}

/** An event of a run with its number, from 1 up, and the seconds of work up to it. */
export interface LiveRecord {
  readonly seq: number;
  readonly seconds: number;
  readonly event: RunEvent;
}

/** What a run is doing. */
export interface LiveCondition {
  readonly condition: RunCondition;
  /** Whether this server started the process that works on it, and so can stop it. */
  readonly isOwn: boolean;
  /** Whether it was told to stop, and has not yet. */
  readonly isStopping: boolean;
  /** Why the run cannot be read, or why its last process failed. */
  readonly problem: string | null;
}

/** The process that this server started last. */
export interface Work {
  readonly kind: "optimize" | "resume";
  /** Null until it has a folder. */
  readonly runId: string | null;
  readonly isAtWork: boolean;
  readonly isStopping: boolean;
  /** What it last said to its terminal; after a failure, why. */
  readonly note: string;
  readonly failed: boolean;
}

/** A project with its runs, newest first. */
export interface ProjectRuns {
  readonly folder: string;
  readonly runs: readonly RunRow[];
  readonly work: Work | null;
}

/** What a refused request is answered with. */
export interface Refusal {
  readonly message: string;
  readonly hint: string | null;
}
