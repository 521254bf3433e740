import { crc32 } from "node:zlib";
import { z } from "zod";
import { dataError, PmpoError } from "../core/errors.ts";
import type { RunEvent } from "../core/run-event.ts";

/** Raised with every change that an older pmpo would misread, new kinds of events included. */
const LOG_VERSION = 6;

/** The oldest that is read as it is: 6 only knows losses that 5 did not. */
const OLDEST_LOG_VERSION = 5;

/** One line of events.jsonl, without its checksum. */
export interface LogRecord {
  readonly v: number;
  /** From 1 up. */
  readonly seq: number;
  /** Seconds of work in all sessions of the run, up to this event. */
  readonly seconds: number;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly event: RunEvent;
}

/** What the bytes of a log hold. */
export interface ParsedLog {
  readonly records: readonly LogRecord[];
  /** Length of the part that is whole. */
  readonly wholeBytes: number;
  /** Length of what lies behind: a write that was cut off. */
  readonly droppedBytes: number;
  /** Checksum of the last whole line: the next one is chained to it. */
  readonly checksum: number;
}

/** A place in a log from which on it can be read. */
export interface LogPlace {
  /** Lines before it. */
  readonly lines: number;
  /** Of the last of them. */
  readonly checksum: number;
}

/** The start of every log's chain of checksums. */
export const FIRST_CHECKSUM = 0;

/** Where every log begins. */
export const LOG_START: LogPlace = { lines: 0, checksum: FIRST_CHECKSUM };

const NEWLINE = 0x0a;
const CHECKSUM_FIELD = /,"crc":"([0-9a-f]{8})"\}$/;

const recordSchema = z.object({
  v: z.int().min(OLDEST_LOG_VERSION).max(LOG_VERSION),
  seq: z.int().positive(),
  seconds: z.number().nonnegative(),
  at: z.iso.datetime(),
  event: z.looseObject({ type: z.string() }),
});

/** The event as a reader of the log will see it. Refuses numbers that JSON cannot hold. */
export function recordableEvent(event: RunEvent): RunEvent {
  const text = JSON.stringify(event, (field: string, value: unknown) => {
    if (typeof value === "number" && !Number.isFinite(value)) {
      throw new PmpoError(
        "bug",
        "RUN_EVENT_NOT_FINITE",
        `The field ${field} of the event ${event.type} is ${value}`,
      );
    }
    return value;
  });
  return JSON.parse(text) as RunEvent;
}

/** The line of a record, newline included, and its checksum, chained to the line before it. */
export function formatLogLine(
  record: Omit<LogRecord, "v">,
  previousChecksum: number,
): { readonly line: string; readonly checksum: number } {
  const body = JSON.stringify({
    v: LOG_VERSION,
    seq: record.seq,
    seconds: record.seconds,
    at: record.at,
    event: record.event,
  });
  const checksum = crc32(body, previousChecksum);
  const digits = checksum.toString(16).padStart(8, "0");
  return { line: `${body.slice(0, -1)},"crc":"${digits}"}\n`, checksum };
}

/**
 * Reads a log, or the bytes of it that lie behind a place. A last line that is cut or damaged was being written when the process died, and
 * is left out; damage before it is an error that names the line.
 */
export function parseLog(bytes: Buffer, path: string, from: LogPlace = LOG_START): ParsedLog {
  const records: LogRecord[] = [];
  let { checksum } = from;
  let start = 0;
  while (start < bytes.length) {
    const end = bytes.indexOf(NEWLINE, start);
    if (end === -1) break;
    const lineNumber = from.lines + records.length + 1;
    const body = bodyOf(bytes.toString("utf8", start, end), checksum);
    if (body === null) {
      if (end === bytes.length - 1) break;
      throw damaged(path, lineNumber, "its checksum does not match");
    }
    records.push(parseRecord(body.text, lineNumber, path));
    checksum = body.checksum;
    start = end + 1;
  }
  return { records, wholeBytes: start, droppedBytes: bytes.length - start, checksum };
}

/** The line without its checksum, or null where that does not match. */
function bodyOf(
  line: string,
  previousChecksum: number,
): { readonly text: string; readonly checksum: number } | null {
  const match = CHECKSUM_FIELD.exec(line);
  if (match === null) return null;
  const text = `${line.slice(0, match.index)}}`;
  const checksum = crc32(text, previousChecksum);
  return checksum === Number.parseInt(match[1] ?? "", 16) ? { text, checksum } : null;
}

function parseRecord(text: string, lineNumber: number, path: string): LogRecord {
  const value: unknown = JSON.parse(text);
  const versioned = z.object({ v: z.number() }).safeParse(value);
  if (versioned.success && versioned.data.v > LOG_VERSION) {
    throw dataError(
      "RUN_TOO_NEW",
      `${path} line ${lineNumber} was written by a newer pmpo (format ${versioned.data.v}; this one reads ${LOG_VERSION})`,
      "Update pmpo.",
    );
  }
  if (versioned.success && versioned.data.v < OLDEST_LOG_VERSION) {
    throw dataError(
      "RUN_TOO_OLD",
      `${path} was written by an older pmpo (format ${versioned.data.v}; this one reads ${OLDEST_LOG_VERSION} to ${LOG_VERSION})`,
      "Use that pmpo for this run, or start a new one.",
    );
  }
  const record = recordSchema.safeParse(value);
  if (!record.success) {
    const [issue] = record.error.issues;
    throw damaged(path, lineNumber, `${issue?.path.join(".")}: ${issue?.message}`);
  }
  if (record.data.seq !== lineNumber) {
    throw damaged(path, lineNumber, `it is event ${record.data.seq}`);
  }
  // The checksum says that the event is what was written, so its own fields are trusted.
  return record.data as unknown as LogRecord;
}

function damaged(path: string, lineNumber: number, what: string): PmpoError {
  return dataError(
    "RUN_LOG_DAMAGED",
    `${path} line ${lineNumber} is damaged: ${what}`,
    `Restore the file from a copy. To go on from what lies before, delete line ${lineNumber} and all after it, then resume.`,
  );
}
