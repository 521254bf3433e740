import type { RunEvent, RunLog } from "../../core/run-event.ts";

/** The log of a run that is kept nowhere. */
export function memoryLog(): RunLog {
  const events: RunEvent[] = [];
  return {
    events,
    emit: (event) => {
      events.push(event);
      return event;
    },
    isRepeating: () => false,
    replayFrom: () => {},
    elapsedSeconds: () => 0,
    recordedSeconds: () => 0,
  };
}
