import type { RunEvent, RunLog } from "../core/run-event.ts";
import { EMPTY_RUN, reduceRun, type RunState } from "../core/run-state.ts";

/** The run's state and the only way to change it: recording an event. */
export interface Recorder {
  readonly state: RunState;
  readonly log: RunLog;
  record(event: RunEvent): void;
}

/**
 * Takes a run up where it can go on: after the last completed step. What was recorded after that
 * is worked out and emitted again, and has to come out the same.
 */
export function resumeRecording(log: RunLog): Recorder {
  const completed = log.events.findLastIndex(({ type }) => STEP_ENDS.has(type)) + 1;
  let state = log.events.slice(0, completed).reduce(reduceRun, EMPTY_RUN);
  log.replayFrom(completed);
  return {
    log,
    get state() {
      return state;
    },
    record: (event) => {
      state = reduceRun(state, log.emit(event));
    },
  };
}

const STEP_ENDS: ReadonlySet<RunEvent["type"]> = new Set([
  "iteration-ended",
  "search-ended",
  "verdict-reached",
]);
