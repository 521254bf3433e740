import { resolve } from "node:path";
import { listRuns, type RunSummaryRow } from "../../store/run-folder.ts";
import { lossUnit } from "../../report/loss-unit.ts";
import { duration } from "../../report/numbers.ts";
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
  else stdout.write(`${[runsTable(runs, paint), ...noteUnder(runs)].join("\n")}\n`);
}

function noteUnder(runs: readonly RunSummaryRow[]): readonly string[] {
  return runs.some(({ mode }) => mode === "accuracy")
    ? ["", "Runs with accuracies in place of losses are in accuracy mode: no log-probabilities."]
    : [];
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
      lossCell(run, run.startLoss),
      lossCell(run, run.bestLoss),
      duration(run.elapsedSeconds),
      resultOf(run, paint),
    ]),
  );
}

/** In nats, or as a percentage of right answers. */
function lossCell({ mode }: RunSummaryRow, loss: number | null): string {
  return loss === null || mode === null ? "–" : lossUnit(mode).text(loss);
}

function resultOf({ problem, verdict }: RunSummaryRow, paint: CliContext["paint"]): string {
  if (problem !== null) return paint("red", `unreadable: ${problem}`);
  if (verdict === null) return paint("yellow", "not finished: pmpo resume goes on");
  const [word = ""] = verdict.split(":");
  return word.toLowerCase();
}
