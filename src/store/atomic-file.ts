import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { platform } from "node:os";
import { dirname } from "node:path";
import { diskError } from "./disk-error.ts";

/** Replaces a file as a whole: after a crash either the old text is there or the new one. */
export function writeFileAtomic(path: string, text: string): void {
  const unfinished = `${path}.partial`;
  try {
    const file = openSync(unfinished, "w");
    try {
      writeFileSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(unfinished, path);
    syncFolder(dirname(path));
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw diskError(path, error);
  }
}

/** Makes the names in a folder survive a power cut. */
export function syncFolder(path: string): void {
  // Windows opens no folders, and keeps names safe by itself.
  if (platform() === "win32") return;
  const folder = openSync(path, "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
