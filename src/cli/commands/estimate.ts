import type { Config } from "../../config/config.ts";
import { PmpoError } from "../../core/errors.ts";
import type { Range, RunEstimate } from "../../core/estimate.ts";
import { type EstimateSettings, estimateRun } from "../../project/estimate/estimate-run.ts";
import { counted, duration, grouped, moneyText } from "../../report/numbers.ts";
import { keepEstimate } from "../../store/estimate-file.ts";
import type { CliContext } from "../context.ts";
import { modelAccess } from "../model-access.ts";
import { type TaskFlags, taskConfig } from "../task-config.ts";
import { renderTable } from "../terminal/table.ts";

interface EstimateFlags extends TaskFlags {
  readonly simulations?: number;
  readonly begin?: number;
  readonly json?: true;
}

const DEFAULT_SETTINGS = { simulations: 5, iterations: null };

/** `pmpo estimate`. */
export async function runEstimate(
  task: string | undefined,
  { simulations = DEFAULT_SETTINGS.simulations, begin, json, ...flags }: EstimateFlags,
  context: CliContext,
): Promise<void> {
  const config = await taskConfig(task, flags, context.workingFolder);
  await estimateAndKeep(config, { simulations, iterations: begin ?? null }, context, (estimate) => {
    context.stdout.write(
      json === true ? `${JSON.stringify(estimate)}\n` : estimateText(config.name, estimate),
    );
  });
}

/** As `pmpo estimate` before a run that follows; told on standard error, or not at all. */
export async function estimateFirst(
  config: Config,
  quiet: boolean,
  context: CliContext,
): Promise<void> {
  await estimateAndKeep(config, DEFAULT_SETTINGS, context, (estimate) => {
    if (!quiet) context.stderr.write(`${estimateText(config.name, estimate)}\n`);
  });
}

/** Tells the estimate first: that it cannot be kept takes nothing from it. */
async function estimateAndKeep(
  config: Config,
  settings: Omit<EstimateSettings, "clock">,
  context: CliContext,
  tell: (estimate: RunEstimate) => void,
): Promise<void> {
  const { estimate, key } = await estimateRun(
    config,
    { ...settings, clock: context.clock },
    modelAccess(context, config.prices),
  );
  tell(estimate);
  try {
    keepEstimate(config.folder, key, estimate);
  } catch (error) {
    if (!(error instanceof PmpoError)) throw error;
    context.stderr.write(
      `${context.paintErrors("yellow", "The estimate is not kept for the report of a run:")} ${error.message}\n`,
    );
  }
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
    `What a run of ${name} with ${model} will cost, from ${counted(simulations, "simulated search", "simulated searches")}`,
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
        ...moneyRows(estimate, row),
      ],
    ),
    "",
    beginningText(estimate),
    ...(estimate.money?.unpriced ?? []).map(
      (name) => `No price is given for ${name}, so its tokens count as free.`,
    ),
    ...(estimate.money?.unused ?? []).map(
      (name) => `The price of ${name} is for no model of this task.`,
    ),
    ...(start === null
      ? []
      : [
          `Scoring the start prompt once: ${grouped(start.requestedTokens)} tokens requested, ${grouped(start.evaluatedTokens)} evaluated (exact).`,
          "",
        ]),
  ].join("\n");
}

/** What need not be done again. */
function beginningText({ begun, money }: RunEstimate): string {
  const done = ["the start prompt's losses", ...iterationsText(begun.iterations)].join(" and ");
  const spent = money !== null && money.begun > 0 ? [moneyText(money.begun, money.currency)] : [];
  const cost =
    begun.evaluatedTokens === 0
      ? "kept from before"
      : [`${grouped(begun.evaluatedTokens)} tokens evaluated for this estimate`, ...spent].join(
          ", ",
        );
  return `Done already, and not paid for again by the run: ${done} (${cost}).`;
}

function iterationsText(iterations: number): readonly string[] {
  if (iterations === 0) return [];
  return [iterations === 1 ? "the first iteration" : `the first ${iterations} iterations`];
}

function moneyRows(
  { money }: RunEstimate,
  row: (head: string, range: Range, text: (amount: number) => string) => readonly string[],
): readonly (readonly string[])[] {
  if (money === null) return [];
  const amount = (value: number): string => moneyText(value, money.currency);
  return [
    row("money", money.total, amount),
    row("… scored model", money.model, amount),
    row("… rewriter", money.rewriter, amount),
    ...(money.judge === null ? [] : [row("… judge", money.judge, amount)]),
    ...(money.machine.most === 0 ? [] : [row("… machine", money.machine, amount)]),
  ];
}
