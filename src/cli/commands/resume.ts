import { resolve } from "node:path";
import { resumeRun } from "../../project/run.ts";
import type { CliContext } from "../context.ts";
import { reportFinishedRun } from "./report-run.ts";
import { workOnRun } from "./work-on-run.ts";

/** `pmpo resume`. */
export async function runResume(
  run: string,
  options: { readonly project: string; readonly json?: true },
  context: CliContext,
): Promise<void> {
  const json = options.json === true;
  const folder = resolve(context.workingFolder, options.project);
  const finished = await workOnRun(folder, json, context, (services) =>
    resumeRun(folder, run, services),
  );
  if (finished.wasFinished && !json) {
    context.stderr.write(`run ${finished.id} was finished already; this is its result\n`);
  }
  reportFinishedRun(finished, folder, json, context);
}
