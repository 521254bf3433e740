import { existsSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { usageError } from "../core/errors.ts";
import { writeFileAtomic } from "../store/atomic-file.ts";
import type { JsonValue } from "../store/manifest.ts";

/** Where a document shall be written, checked before any work; null where nowhere. */
export function outFile(
  name: string | undefined,
  folder: string,
  ending: ".json" | ".html",
): string | null {
  if (name === undefined) return null;
  const path = resolve(folder, name);
  if (!name.endsWith(ending)) {
    throw usageError("OUT_ENDING", `--out ${name}: the name has to end in ${ending}`);
  }
  if (!existsSync(dirname(path))) {
    throw usageError("OUT_FOLDER_MISSING", `--out ${name}: there is no folder ${dirname(path)}`);
  }
  if (existsSync(path) && statSync(path).isDirectory()) {
    throw usageError("OUT_IS_FOLDER", `--out ${name}: that is a folder`, "Name a file.");
  }
  return path;
}

/** Writes a prompt as best.json has it. */
export function writePromptFile(path: string, document: JsonValue): void {
  writeFileAtomic(path, `${JSON.stringify(document, null, 2)}\n`);
}
