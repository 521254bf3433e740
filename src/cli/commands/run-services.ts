import { randomBytes } from "node:crypto";
import type { RunServices } from "../../project/run.ts";
import type { CliContext } from "../context.ts";
import { pullReporter } from "../terminal/pull-progress.ts";
import { watchRun } from "../terminal/run-progress.ts";

/** What a run of this process works with; progress goes to standard error, and nowhere with `--json`. */
export function runServices(context: CliContext, json: boolean): RunServices {
  const { environment, clock, signal, version } = context;
  const base = {
    environment,
    clock,
    signal,
    pmpoVersion: version,
    suffix: randomBytes(2).toString("hex"),
    onPull: pullReporter(context.stderr),
  };
  return json ? base : { ...base, ...watchRun(context) };
}
