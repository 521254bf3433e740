import {
  closeSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  truncateSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { PmpoError } from "../core/errors.ts";
import type { RunEvent, RunLog } from "../core/run-event.ts";
import { syncFolder } from "./atomic-file.ts";
import { diskError, errorNumberCode } from "./disk-error.ts";
import { firstDifference } from "./event-difference.ts";
import {
  FIRST_CHECKSUM,
  formatLogLine,
  parseLog,
  type ParsedLog,
  recordableEvent,
} from "./log-lines.ts";

/** Milliseconds since 1970. */
export type Clock = () => number;

/** A run's log on disk. A new one continues behind what is recorded; `replayFrom` repeats a part. */
export interface EventLog extends RunLog {
  /** Events emitted from now on are compared with the recorded ones from this index on, until these end. */
  replayFrom(index: number): void;
  close(): void;
}

export interface EventLogOptions {
  readonly clock: Clock;
  /** Called before an event is recorded for the first time; what it throws keeps the event out. */
  readonly beforeAppend?: (event: RunEvent) => void;
}

/** What a log holds, without changing or locking it. A log that was never written to is empty. */
export function readEventLog(path: string): ParsedLog {
  try {
    return parseLog(readFileSync(path), path);
  } catch (error) {
    if (errorNumberCode(error) !== "ENOENT") throw error;
    return { records: [], wholeBytes: 0, droppedBytes: 0, checksum: FIRST_CHECKSUM };
  }
}

/** Opens a log for appending; only one process may do so at a time. Cuts off a half-written last line. */
export function openEventLog(path: string, { clock, beforeAppend }: EventLogOptions): EventLog {
  const recorded = readEventLog(path);
  if (recorded.droppedBytes > 0) dropTail(path, recorded.wholeBytes);
  const file = createLogFile(path, recorded.wholeBytes);
  const events: RunEvent[] = recorded.records.map(({ event }) => event);
  const secondsBefore = recorded.records.at(-1)?.seconds ?? 0;
  const openedAtMs = clock();
  let checksum = recorded.checksum;
  let recordedSeconds = secondsBefore;
  let next = events.length;

  // A clock that was set back must not make the run younger.
  const elapsedSeconds = (): number => secondsBefore + Math.max(0, clock() - openedAtMs) / 1000;

  const append = (event: RunEvent): void => {
    beforeAppend?.(event);
    const at = new Date(clock()).toISOString();
    const record = { seq: events.length + 1, seconds: elapsedSeconds(), at, event };
    const formatted = formatLogLine(record, checksum);
    file.append(formatted.line);
    checksum = formatted.checksum;
    recordedSeconds = record.seconds;
    events.push(event);
  };

  return {
    events,
    elapsedSeconds,
    recordedSeconds: () => recordedSeconds,
    isRepeating: () => next < events.length,
    emit: (emitted): RunEvent => {
      const event = recordableEvent(emitted);
      const past = events[next];
      if (past === undefined) append(event);
      else requireSame(past, event, next + 1);
      next++;
      return past ?? event;
    },
    replayFrom: (index): void => {
      if (!Number.isInteger(index) || index < 0 || index > events.length) {
        throw new RangeError(`Expected an event index from 0 to ${events.length}, got ${index}`);
      }
      next = index;
    },
    close: () => file.close(),
  };
}

function dropTail(path: string, wholeBytes: number): void {
  try {
    truncateSync(path, wholeBytes);
  } catch (error) {
    throw diskError(path, error);
  }
}

/** What an event cost may change: the repeated work is answered by the cache. */
function requireSame(recorded: RunEvent, emitted: RunEvent, number: number): void {
  const difference = firstDifference({ ...recorded, usage: null }, { ...emitted, usage: null });
  if (difference === null) return;
  throw new PmpoError(
    "bug",
    "RUN_DIVERGED",
    `Event ${number} of this run came out differently when it was repeated: ${difference.path} was ${shown(difference.recorded)} and is now ${shown(difference.emitted)}`,
    {
      hint: "The model, the data and pmpo must be those that the run began with. If they are, please report this; a new run is not affected.",
    },
  );
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? "missing";
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

interface LogFile {
  append(line: string): void;
  close(): void;
}

/** The file is made by the first append, so that opening a run for reading leaves nothing behind. */
function createLogFile(path: string, wholeBytes: number): LogFile {
  let length = wholeBytes;
  let descriptor: number | null = null;
  let failure: PmpoError | null = null;

  const open = (): number => {
    const opened = openSync(path, "a");
    if (length === 0) syncFolder(dirname(path));
    return opened;
  };

  return {
    append: (line): void => {
      // Behind a failed write may lie half a line; a line after it would be lost with it.
      if (failure !== null) throw failure;
      const bytes = Buffer.from(line, "utf8");
      try {
        descriptor ??= open();
        for (let written = 0; written < bytes.length;) {
          written += writeSync(descriptor, bytes, written);
        }
        fsyncSync(descriptor);
        length += bytes.length;
      } catch (error) {
        failure = diskError(path, error);
        if (descriptor !== null) truncateQuietly(descriptor, length);
        throw failure;
      }
    },
    close: (): void => {
      if (descriptor !== null) closeSync(descriptor);
      descriptor = null;
      failure ??= new PmpoError("bug", "RUN_CLOSED", `${path} was closed`);
    },
  };
}

/** Best effort: what stays is cut off when the log is opened again. */
function truncateQuietly(descriptor: number, length: number): void {
  try {
    ftruncateSync(descriptor, length);
  } catch {
    // The failure of the write itself is what gets reported.
  }
}
