import { readFileSync } from "node:fs";
import type { z } from "zod";
import { writeFileAtomic } from "./atomic-file.ts";

/** Writes a value as a whole file. */
export function writeJsonFile(path: string, value: object): void {
  writeFileAtomic(path, `${JSON.stringify(value, null, 2)}\n`);
}

/**
 * What lies in a file that is only shown beside a run; null where nothing does. A damaged one is no
 * reason to stop anything, and counts as none.
 */
export function readJsonFile<T>(path: string, schema: z.ZodType<T>): T | null {
  try {
    return schema.safeParse(JSON.parse(readFileSync(path, "utf8"))).data ?? null;
  } catch {
    return null;
  }
}
