import { usageError } from "../core/errors.ts";
import type { Work } from "../report/live.ts";
import { type CommandLine, type RunProcess, startRunProcess } from "./run-process.ts";

/**
 * Runs as processes of their own, so that none takes the server with it when it dies. One at a
 * time: two that compute at once slow each other down by far more than half.
 */
export interface RunProcesses {
  /** The one that was started last. */
  work(): Work | null;
  /** Starts a run of the project's task. Refused while another is at work. */
  start(): void;
  /** Goes on with a run. Refused while another is at work. */
  resume(runId: string): void;
  /** Stops a run as Ctrl-C does: it can be resumed. Refused for one that was not started here. */
  stop(runId: string): void;
  /** Stops what is at work, and resolves when it has ended. */
  close(): Promise<void>;
}

/** How long a process may take to stop before it is killed; its log bears that too. */
const STOP_WITHIN_MS = 15_000;

/** Starts and stops runs of a project. */
export function runProcesses(line: CommandLine): RunProcesses {
  let last: RunProcess | null = null;
  const begin = (runId: string | null): void => {
    if (last?.work.isAtWork === true) {
      throw usageError(
        "RUN_AT_WORK",
        "A run is at work already, and two would slow each other down",
        "Stop it first, or wait until it ends.",
      );
    }
    last = startRunProcess(line, runId);
  };
  return {
    work: () => last?.work ?? null,
    start: () => begin(null),
    resume: begin,
    stop: (runId) => {
      if (last?.work.isAtWork !== true || last.work.runId !== runId) {
        throw usageError(
          "RUN_NOT_OURS",
          `No process of this server works on run ${runId}`,
          "Where it works in a terminal, press Ctrl-C there.",
        );
      }
      last.interrupt();
    },
    close: async () => {
      if (last?.work.isAtWork !== true) return;
      const { ended } = last;
      last.interrupt();
      const timer = setTimeout(() => last?.kill(), STOP_WITHIN_MS);
      await ended;
      clearTimeout(timer);
    },
  };
}
