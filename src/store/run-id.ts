import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { usageError } from "../core/errors.ts";
import { MANIFEST_FILE } from "./manifest.ts";

const LONGEST_NAME = 40;
const LISTED_IN_ERRORS = 5;

/** What an id is made of. */
export interface RunIdParts {
  readonly at: Date;
  readonly taskName: string;
  /** Letters and digits that tell two runs of one second apart. */
  readonly suffix: string;
}

/** A readable id that sorts by time (UTC): `20261122-071530-sst2-a1b2`. */
export function formatRunId({ at, taskName, suffix }: RunIdParts): string {
  const [date = "", time = ""] = at.toISOString().split("T");
  const name = taskName
    .normalize("NFKD")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .slice(0, LONGEST_NAME)
    .replaceAll(/^-+|-+$/g, "");
  return [
    date.replaceAll("-", ""),
    time.slice(0, 8).replaceAll(":", ""),
    name === "" ? "run" : name,
    suffix,
  ].join("-");
}

/** Where the runs of a project lie. */
export function runsFolder(projectFolder: string): string {
  return join(projectFolder, ".pmpo", "runs");
}

/** The ids of a project's runs, newest first. */
export function runIds(projectFolder: string): readonly string[] {
  const folder = runsFolder(projectFolder);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((id) => existsSync(join(folder, id, MANIFEST_FILE)))
    .sort()
    .reverse();
}

/** Whether a text is `latest`, an id of a project's run, or the beginning of one. */
export function namesRun(projectFolder: string, text: string): boolean {
  const ids = runIds(projectFolder);
  return text === "latest" ? ids.length > 0 : ids.some((id) => id.startsWith(text));
}

/** The full id for an id, a beginning that only one id has, or `latest`. */
export function resolveRunId(projectFolder: string, wanted: string): string {
  const ids = runIds(projectFolder);
  const [latest] = ids;
  if (latest === undefined) {
    throw usageError(
      "RUN_NOT_FOUND",
      `There are no runs in ${runsFolder(projectFolder)}`,
      "Start one with `pmpo optimize`, or name the folder of the project: --project FOLDER.",
    );
  }
  if (wanted === "latest") return latest;
  if (ids.includes(wanted)) return wanted;
  const matches = wanted === "" ? [] : ids.filter((id) => id.startsWith(wanted));
  const [match] = matches;
  if (match === undefined) {
    throw usageError(
      "RUN_NOT_FOUND",
      `There is no run "${wanted}" in ${runsFolder(projectFolder)}`,
      `The latest runs are: ${listOf(ids)}`,
    );
  }
  if (matches.length > 1) {
    throw usageError(
      "RUN_ID_AMBIGUOUS",
      `"${wanted}" is the beginning of ${matches.length} run ids`,
      `Give more of it: ${listOf(matches)}`,
    );
  }
  return match;
}

function listOf(ids: readonly string[]): string {
  const rest = ids.length - LISTED_IN_ERRORS;
  return ids.slice(0, LISTED_IN_ERRORS).join(", ") + (rest > 0 ? ` and ${rest} more` : "");
}
