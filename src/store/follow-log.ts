import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { errorNumberCode } from "./disk-error.ts";
import { LOG_START, type LogPlace, type LogRecord, parseLog } from "./log-lines.ts";

/** A log that another process may be writing. */
export interface FollowedLog {
  /** The records that were added since the last call; whole lines only. */
  readNew(): readonly LogRecord[];
}

/**
 * Follows a log from its beginning, without locking or changing it. Only what was added is read
 * again: a whole line never changes, and half a line is left until it is whole.
 */
export function followLog(path: string): FollowedLog {
  let offset = 0;
  let place: LogPlace = LOG_START;
  return {
    readNew: () => {
      const bytes = bytesBehind(path, offset);
      if (bytes.length === 0) return [];
      const { records, wholeBytes, checksum } = parseLog(bytes, path, place);
      offset += wholeBytes;
      place = { lines: place.lines + records.length, checksum };
      return records;
    },
  };
}

/** Nothing where the file is not there yet. */
function bytesBehind(path: string, offset: number): Buffer {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch (error) {
    if (errorNumberCode(error) === "ENOENT") return Buffer.alloc(0);
    throw error;
  }
  try {
    const bytes = Buffer.alloc(Math.max(0, fstatSync(file).size - offset));
    const length = readSync(file, bytes, 0, bytes.length, offset);
    return bytes.subarray(0, length);
  } finally {
    closeSync(file);
  }
}
