import { accessSync, constants, existsSync } from "node:fs";
import { join } from "node:path";
import { usageError } from "../core/errors.ts";
import { diskError } from "./disk-error.ts";
import { type FileLock, tryLockFile } from "./file-lock.ts";

const LOCK_FILE = "lock.db";

/** Longer than it takes to look whether a run is at work, which holds its lock for a moment. */
const PATIENCE_MS = 250;

/** Takes a run for this process alone. Refuses one that another process works on. */
export function lockRun(folder: string, id: string): FileLock {
  try {
    // SQLite would only say that it cannot open its file.
    accessSync(folder, constants.W_OK);
  } catch (error) {
    throw diskError(folder, error);
  }
  const lock = tryLockFile(join(folder, LOCK_FILE), PATIENCE_MS);
  if (lock !== null) return lock;
  throw usageError(
    "RUN_IN_USE",
    `Run ${id} is in use by another process`,
    "Wait until it ends, or stop it with Ctrl-C; then resume.",
  );
}

/** Whether a process works on a run. In a folder where nobody can write nobody does. */
export function isRunAtWork(folder: string): boolean {
  const path = join(folder, LOCK_FILE);
  if (!existsSync(path)) return false;
  try {
    accessSync(path, constants.W_OK);
  } catch {
    return false;
  }
  const lock = tryLockFile(path, 0);
  lock?.release();
  return lock === null;
}
