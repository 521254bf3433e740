import { resolve } from "node:path";
import { listRuns, type RunSummaryRow } from "../../store/run-folder.ts";
import { duration, nats } from "../../report/numbers.ts";
import type { CliContext } from "../context.ts";
import { clipped, renderTable } from "../terminal/table.ts";

/** `pmpo runs`: newest first. */
export async function runRuns(
  options: { readonly project: string; readonly json?: true },
  { workingFolder, stdout, paint }: CliContext,
): Promise<void> {
  const folder = resolve(workingFolder, options.project);
  const runs = await listRuns(folder);
  if (options.json === true) stdout.write(`${JSON.stringify(runs)}\n`);
  else if (runs.length === 0)
    stdout.write(
      `No runs in ${folder} yet. Start one: pmpo optimize. Runs lie in their task's folder: --project names another.\n`,
    );
  else stdout.write(`${runsTable(runs, paint)}\n`);
}

function runsTable(runs: readonly RunSummaryRow[], paint: CliContext["paint"]): string {
  return renderTable(
    [
      { head: "run" },
      { head: "model" },
      { head: "iterations", align: "right" },
      { head: "start loss", align: "right" },
      { head: "best loss", align: "right" },
      { head: "time", align: "right" },
      { head: "result" },
    ],
    runs.map((run) => [
      run.id,
      clipped(run.model ?? "?", 32),
      String(run.iterations),
      run.startLoss === null ? "–" : nats(run.startLoss),
      run.bestLoss === null ? "–" : nats(run.bestLoss),
      duration(run.elapsedSeconds),
      resultOf(run, paint),
    ]),
  );
}

function resultOf({ problem, verdict }: RunSummaryRow, paint: CliContext["paint"]): string {
  if (problem !== null) return paint("red", `unreadable: ${problem}`);
  if (verdict === null) return paint("yellow", "not finished: pmpo resume goes on");
  const [word = ""] = verdict.split(":");
  return word.toLowerCase();
}
