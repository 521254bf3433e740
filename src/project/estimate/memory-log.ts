import type { RunEvent, RunLog } from "../../core/run-event.ts";

/** The log of a run that is kept nowhere, whose work takes as long as it is told. */
export function memoryLog(elapsedSeconds: () => number): RunLog {
  const events: RunEvent[] = [];
  return {
    events,
    emit: (event) => {
      events.push(event);
      return event;
    },
    isRepeating: () => false,
    replayFrom: () => {},
    elapsedSeconds,
    recordedSeconds: () => 0,
  };
}
