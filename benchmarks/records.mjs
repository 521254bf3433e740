import { existsSync, readFileSync } from "node:fs";

/** The records of a JSON Lines file; none where there is no file yet. */
export function readRecords(file) {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, "utf8").split("\n");
  return lines.filter((line) => line !== "").map((line) => JSON.parse(line));
}
