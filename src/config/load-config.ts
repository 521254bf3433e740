import { isUtf8 } from "node:buffer";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { messageOf, usageError } from "../core/errors.ts";
import type { Config } from "./config.ts";
import { parseConfig } from "./parse-config.ts";
import type { Preset } from "./presets.ts";

const FILE_NAMES = ["pmpo.yaml", "pmpo.yml"];

/** Reads a task file, given itself or its folder, and resolves its paths against that folder. */
export async function loadConfig(path: string, preset?: Preset): Promise<Config> {
  const file = (await isFolder(path)) ? await fileIn(path) : path;
  const bytes = await readFile(file).catch((error: unknown) => {
    throw usageError("CONFIG_UNREADABLE", `${file}: cannot be read (${messageOf(error)})`);
  });
  if (!isUtf8(bytes)) {
    throw usageError("CONFIG_NOT_UTF8", `${file}: not valid UTF-8`, "Save the file as UTF-8.");
  }
  return parseConfig(bytes.toString("utf8").replace(/^\uFEFF/, ""), file, preset);
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT" || code === "ENOTDIR") {
      throw usageError(
        "CONFIG_MISSING",
        `${path}: no such file or folder`,
        "`pmpo init` writes a task to start from.",
      );
    }
    throw usageError("CONFIG_UNREADABLE", `${path}: cannot be read (${messageOf(error)})`);
  }
}

async function fileIn(folder: string): Promise<string> {
  const found: string[] = [];
  for (const name of FILE_NAMES) {
    const file = join(folder, name);
    if ((await stat(file).catch(() => null))?.isFile() === true) found.push(file);
  }
  const [file, second] = found;
  if (file === undefined) {
    throw usageError(
      "CONFIG_MISSING",
      `${folder}: no pmpo.yaml in this folder`,
      "`pmpo init` writes a task to start from.",
    );
  }
  if (second !== undefined) {
    throw usageError(
      "CONFIG_AMBIGUOUS",
      `${folder}: there is a pmpo.yaml and a pmpo.yml`,
      "Keep one, or name the file.",
    );
  }
  return file;
}
