import { startRun } from "../../project/run.ts";
import type { CliContext } from "../context.ts";
import { type TaskFlags, taskConfig } from "../task-config.ts";
import { estimateFirst } from "./estimate.ts";
import { reportFinishedRun } from "./report-run.ts";
import { workOnRun } from "./work-on-run.ts";

/** `pmpo optimize`: flags override the task file. */
export async function runOptimize(
  task: string | undefined,
  { estimate, ...options }: TaskFlags & { readonly json?: true; readonly estimate?: true },
  context: CliContext,
): Promise<void> {
  const json = options.json === true;
  const config = await taskConfig(task, options, context.workingFolder);
  if (estimate === true) await estimateFirst(config, json, context);
  const finished = await workOnRun(config.folder, json, context, (services) =>
    startRun(config, services),
  );
  reportFinishedRun(finished, config.folder, json, context);
}
