import { readdir, readFile, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { dataError, messageOf, PmpoError } from "../core/errors.ts";
import { nearestName } from "../core/nearest-name.ts";

/** The text of a UTF-8 file that must hold something; a byte-order mark is dropped. */
export async function readTextFile(path: string): Promise<string> {
  const bytes = await readBytes(path);
  const text = decodeUtf8(bytes, path).replace(/^\uFEFF/, "");
  if (text.trim() === "") {
    throw dataError(
      "DATA_FILE_EMPTY",
      `${path}: the file is empty`,
      "Put one example in each row.",
    );
  }
  return text;
}

async function readBytes(path: string): Promise<Buffer> {
  try {
    if ((await stat(path)).isDirectory()) {
      throw dataError(
        "DATA_IS_FOLDER",
        `${path}: this is a folder, not a file`,
        "Name one file of examples.",
      );
    }
    const bytes = await readFile(path);
    return path.toLowerCase().endsWith(".gz") ? await unpacked(bytes, path) : bytes;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT" || code === "ENOTDIR") throw await missingFile(path);
    if (error instanceof PmpoError) throw error;
    throw dataError("DATA_FILE_UNREADABLE", `${path}: cannot be read (${messageOf(error)})`);
  }
}

async function unpacked(bytes: Buffer, path: string): Promise<Buffer> {
  try {
    return await promisify(gunzip)(bytes);
  } catch (error) {
    throw dataError("DATA_GZIP_BROKEN", `${path}: not a whole gzip file (${messageOf(error)})`);
  }
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

function decodeUtf8(bytes: Buffer, path: string): string {
  const text = bytes.toString("utf8");
  // Invalid bytes decode to U+FFFD, so the text encodes back to the same bytes only if all were valid.
  const again = Buffer.from(text, "utf8");
  if (again.equals(bytes)) return text;
  const offset = bytes.findIndex((byte, index) => byte !== again[index]);
  const line = bytes.subarray(0, offset).toString("utf8").split("\n").length;
  const utf16 = ["fffe", "feff"].includes(bytes.subarray(0, 2).toString("hex"));
  throw dataError(
    "DATA_NOT_UTF8",
    `${path}, line ${line}: byte ${offset + 1} of the file is not valid UTF-8`,
    utf16 ? "The file looks like UTF-16. Save it as UTF-8." : "Save the file as UTF-8.",
  );
}
