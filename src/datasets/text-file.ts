import { createReadStream, type ReadStream } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { createGunzip } from "node:zlib";
import { dataError, messageOf, PmpoError } from "../core/errors.ts";
import { nearestName } from "../core/nearest-name.ts";
import { decodeUtf8 } from "./utf8-chunks.ts";

const CHUNK_BYTES = 1 << 18;

/** The text of a UTF-8 file that must hold something, in pieces as they are read; `.gz` is unpacked. */
export async function* textChunks(path: string): AsyncGenerator<string> {
  let isBlank = true;
  for await (const text of decodeUtf8(fileBytes(path), path)) {
    isBlank &&= text.trim() === "";
    yield text;
  }
  if (isBlank) {
    throw dataError(
      "DATA_FILE_EMPTY",
      `${path}: the file is empty`,
      "Put one example in each row.",
    );
  }
}

/** As `textChunks`, in one piece: for formats that say nothing before their end. Refuses more than `mostBytes`. */
export async function readWholeText(path: string, mostBytes: number): Promise<string> {
  const { size } = await fileStat(path);
  if (size > mostBytes) throw tooLarge(path, mostBytes);
  const chunks: string[] = [];
  let length = 0;
  for await (const chunk of textChunks(path)) {
    chunks.push(chunk);
    length += chunk.length;
    // A packed file shows its size only here.
    if (length > mostBytes) throw tooLarge(path, mostBytes);
  }
  return chunks.join("");
}

function tooLarge(path: string, mostBytes: number): PmpoError {
  return dataError(
    "DATA_FILE_TOO_LARGE",
    `${path}: larger than ${mostBytes >> 20} MiB, and its format has to be read whole`,
    "Write the rows as JSON Lines (one object a line), CSV, TSV or Parquet: those are read row by row at any size.",
  );
}

async function* fileBytes(path: string): AsyncGenerator<Buffer> {
  await fileStat(path);
  const file = createReadStream(path, { highWaterMark: CHUNK_BYTES });
  try {
    yield* (
      path.toLowerCase().endsWith(".gz") ? unpacked(file, path) : file
    ) as AsyncIterable<Buffer>;
  } catch (error) {
    throw await readError(error, path);
  } finally {
    file.destroy();
  }
}

async function* unpacked(file: ReadStream, path: string): AsyncGenerator<Buffer> {
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
  file.once("error", (error) => gunzip.destroy(error));
  try {
    yield* file.pipe(gunzip) as AsyncIterable<Buffer>;
  } catch (error) {
    if (!isZlibError(error)) throw error;
    throw dataError("DATA_GZIP_BROKEN", `${path}: not a whole gzip file (${messageOf(error)})`);
  }
}

function isZlibError(error: unknown): boolean {
  return error instanceof Error && "code" in error && String(error.code).startsWith("Z_");
}

/** The size of a file that is there and no folder. */
export async function fileStat(path: string): Promise<{ readonly size: number }> {
  const found = await stat(path).catch(async (error: unknown) => {
    throw await readError(error, path);
  });
  if (!found.isDirectory()) return found;
  throw dataError(
    "DATA_IS_FOLDER",
    `${path}: this is a folder, not a file`,
    "Name one file of examples.",
  );
}

async function readError(error: unknown, path: string): Promise<PmpoError> {
  if (error instanceof PmpoError) return error;
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return code === "ENOENT" || code === "ENOTDIR"
    ? missingFile(path)
    : dataError("DATA_FILE_UNREADABLE", `${path}: cannot be read (${messageOf(error)})`);
}

async function missingFile(path: string): Promise<PmpoError> {
  const folder = dirname(path);
  const siblings = await readdir(folder).catch(() => null);
  if (siblings === null) {
    return dataError(
      "DATA_FILE_MISSING",
      `${path}: no such file`,
      `There is no folder ${folder} either.`,
    );
  }
  const nearest = nearestName(basename(path), siblings);
  return dataError(
    "DATA_FILE_MISSING",
    `${path}: no such file`,
    nearest === undefined ? undefined : `Did you mean ${join(folder, nearest)}?`,
  );
}
