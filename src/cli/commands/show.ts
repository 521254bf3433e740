import { resolve } from "node:path";
import { usageError } from "../../core/errors.ts";
import { foldRun } from "../../core/run-state.ts";
import { movedTo } from "../../project/moved-run.ts";
import { summariseRun } from "../../report/summary.ts";
import { readRunEstimate } from "../../store/estimate-file.ts";
import { readRun } from "../../store/run-folder.ts";
import type { CliContext } from "../context.ts";
import { printRun } from "./report-run.ts";
import { resumeCommand } from "./work-on-run.ts";

/** `pmpo show`: a recorded run as `optimize` printed it; of one that is not finished, what is known. */
export async function runShow(
  wanted: string,
  options: { readonly project: string; readonly json?: true; readonly markdown?: true },
  context: CliContext,
): Promise<void> {
  if (options.json === true && options.markdown === true) {
    throw usageError("OPTIONS_CONFLICT", "--json and --markdown exclude each other");
  }
  const project = resolve(context.workingFolder, options.project);
  const run = await readRun(project, wanted);
  const state = foldRun(run.events);
  const resume = resumeCommand(run.id, project, context.workingFolder);
  if (state.incumbentId === null) {
    throw usageError(
      "RUN_EMPTY",
      `Run ${run.id} ended before its start prompt was scored`,
      `Go on with: ${resume}`,
    );
  }
  const form = options.json === true ? "json" : options.markdown === true ? "markdown" : "text";
  const { prices } = movedTo(project, run.manifest).config;
  const costs = { seconds: run.elapsedSeconds, estimate: readRunEstimate(run.folder), prices };
  printRun(summariseRun(run.id, state, costs), run.folder, form, context);
  if (form === "text" && state.verdict === null) context.stdout.write(`Go on with: ${resume}\n`);
}
