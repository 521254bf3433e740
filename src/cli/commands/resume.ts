import { resolve } from "node:path";
import { resumeRun } from "../../project/run.ts";
import type { CliContext } from "../context.ts";
import { reportRun } from "./report-run.ts";
import { runServices } from "./run-services.ts";

/** `pmpo resume`. */
export async function runResume(
  run: string,
  options: { readonly project: string; readonly json?: true },
  context: CliContext,
): Promise<void> {
  const folder = resolve(context.workingFolder, options.project);
  const services = runServices(context, options.json === true);
  const finished = await resumeRun(folder, run, services);
  reportRun(finished, options.json === true, context);
}
