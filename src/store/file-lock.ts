import { existsSync } from "node:fs";
import { dirname } from "node:path";
import Database from "libsql";
import { messageOf } from "../core/errors.ts";
import { diskError, errorNumberCode } from "./disk-error.ts";

/** A lock that this process holds. */
export interface FileLock {
  release(): void;
}

/**
 * Takes the lock that the given file stands for, or returns null when another holder keeps it
 * longer than `waitMs`. The operating system frees it when the process ends, however it ends.
 *
 * The lock is SQLite's own on an empty database. Never open that file by other means: on Unix,
 * closing any handle of it drops this process's lock.
 */
export function tryLockFile(path: string, waitMs: number): FileLock | null {
  const database = openDatabase(path, waitMs);
  try {
    // Kept in memory, the journal leaves no second file beside the lock.
    database.exec("PRAGMA journal_mode = MEMORY");
    database.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    database.close();
    if (errorNumberCode(error)?.startsWith("SQLITE_BUSY") === true) return null;
    throw diskError(path, error);
  }
  return {
    release: (): void => {
      if (!database.open) return;
      database.exec("ROLLBACK");
      database.close();
    },
  };
}

/** Opens or creates an SQLite file; the error says what is wrong with its path. */
export function openDatabase(path: string, waitMs: number): Database.Database {
  try {
    return new Database(path, { timeout: waitMs });
  } catch (error) {
    const missing = !existsSync(dirname(path));
    throw diskError(
      path,
      missing ? new Error("its folder does not exist") : new Error(messageOf(error)),
    );
  }
}
