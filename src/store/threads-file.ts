import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { readJsonFile, writeJsonFile } from "./json-file.ts";

const FILE = "threads.json";

const countsSchema = z.record(z.string(), z.int().positive());

/** The thread count that was found to be the fastest under that key; null where none was. */
export function rememberedThreads(folder: string, key: string): number | null {
  return readJsonFile(join(folder, FILE), countsSchema)?.[key] ?? null;
}

/** Writes down a thread count. Saves a second only, so a folder that cannot be written to does no harm. */
export function rememberThreads(folder: string, key: string, threads: number): void {
  const path = join(folder, FILE);
  try {
    mkdirSync(folder, { recursive: true });
    writeJsonFile(path, { ...readJsonFile(path, countsSchema), [key]: threads });
  } catch {
    // It is measured again next time.
  }
}
