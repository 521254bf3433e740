import { estimateRun, type Range, type RunEstimate } from "../../project/estimate.ts";
import { counted, duration, grouped } from "../../report/numbers.ts";
import type { CliContext } from "../context.ts";
import { modelAccess } from "../model-access.ts";
import { type TaskFlags, taskConfig } from "../task-config.ts";
import { renderTable } from "../terminal/table.ts";

const DEFAULT_SIMULATIONS = 5;

/** `pmpo estimate`. */
export async function runEstimate(
  task: string | undefined,
  {
    simulations,
    json,
    ...flags
  }: TaskFlags & { readonly simulations?: number; readonly json?: true },
  context: CliContext,
): Promise<void> {
  const config = await taskConfig(task, flags, context.workingFolder);
  const { clock } = context;
  const estimate = await estimateRun(
    config,
    { simulations: simulations ?? DEFAULT_SIMULATIONS, clock },
    modelAccess(context),
  );
  context.stdout.write(
    json === true ? `${JSON.stringify(estimate)}\n` : estimateText(config.name, estimate),
  );
}

function estimateText(name: string, estimate: RunEstimate): string {
  const { start, simulations, model } = estimate;
  const row = (head: string, range: Range, text = grouped): readonly string[] => [
    head,
    text(range.expected),
    text(range.least),
    text(range.most),
  ];
  return [
    `What a run of ${name} with ${model} will cost, from ${counted(simulations, "simulated search", "simulated searches")} with nothing cached`,
    "",
    renderTable(
      [
        { head: "" },
        { head: "expected", align: "right" },
        { head: "least", align: "right" },
        { head: "most", align: "right" },
      ],
      [
        row("iterations", estimate.iterations),
        row("candidates", estimate.candidates),
        row("tokens requested", estimate.requestedTokens),
        row("tokens evaluated", estimate.evaluatedTokens),
        row("tokens generated", estimate.generatedTokens),
        row("time", estimate.seconds, duration),
      ],
    ),
    "",
    `Scoring the start prompt once: ${grouped(start.requestedTokens)} tokens requested, ${grouped(start.evaluatedTokens)} evaluated (exact).`,
    "",
  ].join("\n");
}
