import { startRun } from "../../project/run.ts";
import type { CliContext } from "../context.ts";
import { modelAccess } from "../model-access.ts";
import { type TaskFlags, taskConfig } from "../task-config.ts";
import { estimateFirst } from "./estimate.ts";
import { reportFinishedRun } from "./report-run.ts";
import { runTrial } from "./trial.ts";
import { workOnRun } from "./work-on-run.ts";

/** `pmpo optimize`: flags override the task file. */
export async function runOptimize(
  task: string | undefined,
  {
    estimate,
    trial,
    ...options
  }: TaskFlags & { readonly json?: true; readonly estimate?: true; readonly trial?: true },
  context: CliContext,
): Promise<void> {
  const json = options.json === true;
  const config = await taskConfig(task, options, context.workingFolder);
  if (trial === true) {
    await runTrial(config, json, context);
    return;
  }
  if (estimate === true) await estimateFirst(config, json, context);
  const { onStepwise } = modelAccess(context, config.prices);
  const finished = await workOnRun(config.folder, json, context, (services) =>
    startRun(config, { ...services, onStepwise }),
  );
  reportFinishedRun(finished, config.folder, json, context);
}
