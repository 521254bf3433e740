import { existsSync, mkdirSync, renameSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { crc32 } from "node:zlib";
import type Database from "libsql";
import { z } from "zod";
import { PmpoError, usageError } from "../core/errors.ts";
import { diskError, errorNumberCode } from "./disk-error.ts";
import { openDatabase, tryLockFile } from "./file-lock.ts";

/** Answers of models, by key. Safe for several processes at once. */
export interface ScoreCache {
  get(key: string): Uint8Array | null;
  /** Stored when it returns; replaces an older value. */
  set(key: string, value: Uint8Array): void;
  close(): void;
}

export interface ScoreCacheOptions {
  /** Told where a file that is no usable database was moved to; a fresh one is begun in its place. */
  readonly onCorrupt?: (movedTo: string) => void;
}

const BUSY_TIMEOUT_MS = 30_000;

/** Each step leads from the version of its index to the next. Never edit one: add another. */
const MIGRATIONS: readonly string[] = [
  "CREATE TABLE answers (key TEXT PRIMARY KEY, checksum INTEGER NOT NULL, value BLOB NOT NULL)",
];

/** Opens the cache file, or makes it. */
export function openScoreCache(path: string, options: ScoreCacheOptions = {}): ScoreCache {
  makeFolder(dirname(path));
  let open = openWhole(path, options);
  const recovering = <T>(work: () => T, otherwise: () => T): T => {
    try {
      return work();
    } catch (error) {
      if (!isCorruption(error)) throw diskError(path, error);
      replaceCorrupt(path, open, options);
      open = openWhole(path, options);
      return otherwise();
    }
  };
  const select = (key: string): Uint8Array | null =>
    checkedValue(
      open.database.prepare("SELECT checksum, value FROM answers WHERE key = ?").get(key),
    );
  /** The first answer to a call is the answer, unless it cannot be read any more. */
  const insert = (key: string, value: Uint8Array): void => {
    if (select(key) !== null) return;
    open.database
      .prepare("INSERT OR REPLACE INTO answers (key, checksum, value) VALUES (?, ?, ?)")
      .run(key, crc32(value), value);
  };
  return {
    get: (key) =>
      recovering(
        () => select(key),
        () => null,
      ),
    set: (key, value) =>
      recovering(
        () => insert(key, value),
        () => insert(key, value),
      ),
    close: () => closeDatabase(open.database),
  };
}

interface OpenDatabase {
  readonly database: Database.Database;
  /** Tells whether the file at the path is still the one that was opened. */
  readonly inode: bigint;
}

function openWhole(path: string, options: ScoreCacheOptions, mayReplace = true): OpenDatabase {
  const open = openFile(path);
  try {
    prepareSchema(path, open.database);
    return open;
  } catch (error) {
    if (mayReplace && isCorruption(error)) {
      replaceCorrupt(path, open, options);
      return openWhole(path, options, false);
    }
    open.database.close();
    throw error instanceof PmpoError ? error : diskError(path, error);
  }
}

function openFile(path: string): OpenDatabase {
  const database = openDatabase(path, BUSY_TIMEOUT_MS);
  return { database, inode: statSync(path, { bigint: true }).ino };
}

/** Brings the file to this program's version, once for all processes. */
function prepareSchema(path: string, database: Database.Database): void {
  // By `exec`, because a prepared statement that fails keeps the file open until it is collected.
  database.exec("SELECT count(*) FROM sqlite_schema");
  if (schemaVersion(database) > MIGRATIONS.length) {
    throw usageError(
      "CACHE_TOO_NEW",
      `The score cache ${path} was written by a newer pmpo`,
      "Update pmpo, or delete the file: it only saves time.",
    );
  }
  if (schemaVersion(database) < MIGRATIONS.length) {
    withMaintenanceLock(path, () => {
      database.exec("PRAGMA journal_mode = WAL");
      database.exec("BEGIN IMMEDIATE");
      const version = schemaVersion(database);
      for (const migration of MIGRATIONS.slice(version)) database.exec(migration);
      database.exec(`PRAGMA user_version = ${Math.max(version, MIGRATIONS.length)}`);
      database.exec("COMMIT");
    });
  }
  // With a write-ahead log, losing power may lose the last entries but never damages the file.
  database.exec("PRAGMA synchronous = NORMAL");
}

/** Moves a file that is no usable database aside, unless another process did so already. */
function replaceCorrupt(path: string, open: OpenDatabase, { onCorrupt }: ScoreCacheOptions): void {
  open.database.close();
  withMaintenanceLock(path, () => {
    const inode = statSync(path, { bigint: true, throwIfNoEntry: false })?.ino;
    if (inode !== open.inode) return;
    let number = 1;
    while (existsSync(`${path}.corrupt-${number}`)) number++;
    const movedTo = `${path}.corrupt-${number}`;
    try {
      // The log first: left behind, it would be replayed into the fresh file.
      for (const suffix of ["-wal", "-shm", ""]) {
        if (existsSync(path + suffix)) renameSync(path + suffix, movedTo + suffix);
      }
    } catch (error) {
      throw diskError(path, error);
    }
    onCorrupt?.(movedTo);
  });
}

function withMaintenanceLock(path: string, work: () => void): void {
  const lock = tryLockFile(`${path}.lock`, BUSY_TIMEOUT_MS);
  if (lock === null) {
    throw usageError(
      "CACHE_IN_USE",
      `The score cache ${path} is being repaired by another process`,
      "Wait until it ends, then try again.",
    );
  }
  try {
    work();
  } finally {
    lock.release();
  }
}

function closeDatabase(database: Database.Database): void {
  if (!database.open) return;
  try {
    // Statements that wait for the garbage collector keep the log file alive: empty it now.
    database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  } catch {
    // Another process is writing: it, or the next one, will do it.
  }
  database.close();
}

const versionRow = z.object({ user_version: z.number() });
const answerRow = z.object({ checksum: z.number(), value: z.instanceof(Uint8Array) });

function schemaVersion(database: Database.Database): number {
  return versionRow.parse(database.prepare("PRAGMA user_version").get()).user_version;
}

/** A value whose checksum is wrong counts as absent: a wrong number would be worse than none. */
function checkedValue(row: unknown): Uint8Array | null {
  if (row === undefined) return null;
  const { checksum, value } = answerRow.parse(row);
  return crc32(value) === checksum ? value : null;
}

function isCorruption(error: unknown): boolean {
  const code = errorNumberCode(error);
  return code === "SQLITE_NOTADB" || (code?.startsWith("SQLITE_CORRUPT") ?? false);
}

function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true });
  } catch (error) {
    throw diskError(path, error);
  }
}
