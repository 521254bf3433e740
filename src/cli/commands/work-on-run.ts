import { randomBytes } from "node:crypto";
import { relative } from "node:path";
import { PmpoError } from "../../core/errors.ts";
import type { FinishedRun, RunServices } from "../../project/run.ts";
import type { CliContext } from "../context.ts";
import { modelAccess } from "../model-access.ts";
import { watchRun } from "../terminal/run-progress.ts";

/**
 * Works on a run of a project; progress goes to standard error, and nowhere with `--json`. When
 * the work is interrupted, or a server fails it, the error says how to go on with it.
 */
export async function workOnRun(
  projectFolder: string,
  json: boolean,
  context: CliContext,
  work: (services: RunServices) => Promise<FinishedRun>,
): Promise<FinishedRun> {
  const { clock, version } = context;
  const watcher = json ? {} : watchRun(context);
  let id: string | null = null;
  try {
    return await work({
      ...modelAccess(context),
      clock,
      pmpoVersion: version,
      suffix: randomBytes(2).toString("hex"),
      ...watcher,
      onReady: (run) => {
        ({ id } = run);
        context.tellRun(run.id);
        watcher.onReady?.(run);
      },
    });
  } catch (error) {
    if (id === null || !(error instanceof PmpoError) || !isPassing(error)) throw error;
    const goOn = `Go on with: ${resumeCommand(id, projectFolder, context.workingFolder)}`;
    const hint = error.hint === undefined ? goOn : `${error.hint} ${goOn}`;
    throw new PmpoError(error.kind, error.code, error.message, { hint, cause: error });
  }
}

/** Whether the same work may succeed later: it was interrupted, or a server failed it. */
function isPassing({ kind, code }: PmpoError): boolean {
  return kind === "interrupted" || code.startsWith("ENDPOINT_");
}

/** The command that goes on with a run, to be typed in the working folder. */
export function resumeCommand(id: string, projectFolder: string, workingFolder: string): string {
  return `pmpo resume ${id}${projectFlag(projectFolder, workingFolder)}`;
}

/** What a command needs to find the project's runs from the working folder: nothing where that is it. */
export function projectFlag(projectFolder: string, workingFolder: string): string {
  const folder = relative(workingFolder, projectFolder);
  if (folder === "") return "";
  return ` --project ${/^[\w./-]+$/.test(folder) ? folder : JSON.stringify(folder)}`;
}
