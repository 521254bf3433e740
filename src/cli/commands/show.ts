import { usageError } from "../../core/errors.ts";
import { foldRun } from "../../core/run-state.ts";
import { summariseRun } from "../../report/summary.ts";
import type { CliContext } from "../context.ts";
import { readStartedRun } from "./recorded-run.ts";
import { printRun } from "./report-run.ts";

/** `pmpo show`: a recorded run as `optimize` printed it; of one that is not finished, what is known. */
export async function runShow(
  wanted: string,
  options: { readonly project: string; readonly json?: true; readonly markdown?: true },
  context: CliContext,
): Promise<void> {
  if (options.json === true && options.markdown === true) {
    throw usageError("OPTIONS_CONFLICT", "--json and --markdown exclude each other");
  }
  const run = await readStartedRun(wanted, options.project, context);
  const form = options.json === true ? "json" : options.markdown === true ? "markdown" : "text";
  printRun(summariseRun(run.id, foldRun(run.events), run), run.folder, form, context);
}
