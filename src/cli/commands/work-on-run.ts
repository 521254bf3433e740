import { randomBytes } from "node:crypto";
import { relative } from "node:path";
import { PmpoError } from "../../core/errors.ts";
import type { FinishedRun, RunServices } from "../../project/run.ts";
import type { CliContext } from "../context.ts";
import { dataReporter } from "../terminal/data-notes.ts";
import { pullReporter } from "../terminal/pull-progress.ts";
import { watchRun } from "../terminal/run-progress.ts";

/**
 * Works on a run of a project; progress goes to standard error, and nowhere with `--json`. When
 * the work is interrupted, the error says how to go on with it.
 */
export async function workOnRun(
  projectFolder: string,
  json: boolean,
  context: CliContext,
  work: (services: RunServices) => Promise<FinishedRun>,
): Promise<FinishedRun> {
  const { environment, clock, signal, version, stderr } = context;
  const watcher = json ? {} : watchRun(context);
  let id: string | null = null;
  try {
    return await work({
      environment,
      clock,
      signal,
      pmpoVersion: version,
      suffix: randomBytes(2).toString("hex"),
      onPull: pullReporter(stderr),
      onData: dataReporter(stderr),
      ...watcher,
      onReady: (run) => {
        ({ id } = run);
        watcher.onReady?.(run);
      },
    });
  } catch (error) {
    if (id === null || !(error instanceof PmpoError) || error.kind !== "interrupted") throw error;
    const hint = `Go on with: ${resumeCommand(id, projectFolder, context.workingFolder)}`;
    throw new PmpoError(error.kind, error.code, error.message, { hint, cause: error });
  }
}

/** The command that goes on with a run, to be typed in the working folder. */
export function resumeCommand(id: string, projectFolder: string, workingFolder: string): string {
  const folder = relative(workingFolder, projectFolder);
  if (folder === "") return `pmpo resume ${id}`;
  return `pmpo resume ${id} --project ${/^[\w./-]+$/.test(folder) ? folder : JSON.stringify(folder)}`;
}
