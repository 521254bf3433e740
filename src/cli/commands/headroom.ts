import { measureHeadroom, type MeasuredHeadroom } from "../../project/headroom.ts";
import { lossUnit, modeNote } from "../../report/loss-unit.ts";
import { duration, grouped } from "../../report/numbers.ts";
import type { CliContext } from "../context.ts";
import { modelAccess } from "../model-access.ts";
import { type TaskFlags, taskConfig } from "../task-config.ts";
import { clippedFrom, renderTable } from "../terminal/table.ts";

const DEFAULT_PROMPTS = 20;

/** `pmpo headroom`. */
export async function runHeadroom(
  task: string | undefined,
  options: TaskFlags & { readonly prompts?: number; readonly json?: true },
  context: CliContext,
): Promise<void> {
  const begun = context.clock();
  const config = await taskConfig(task, options, context.workingFolder);
  const measured = await measureHeadroom(
    config,
    options.prompts ?? DEFAULT_PROMPTS,
    modelAccess(context),
  );
  const seconds = (context.clock() - begun) / 1000;
  context.stdout.write(
    options.json === true
      ? `${JSON.stringify(headroomDocument(measured, seconds))}\n`
      : headroomText(measured, seconds, context),
  );
}

function headroomDocument(measured: MeasuredHeadroom, seconds: number): object {
  const { model, mode, examples, startLoss, bestLoss, spread, noise, gain, gainInterval } =
    measured;
  return {
    model,
    mode,
    examples,
    startLoss,
    bestLoss,
    spread,
    noise,
    gain,
    gainInterval,
    worthwhile: measured.worthwhile,
    text: recommendation(measured),
    prompts: measured.prompts.map(({ candidate, layout, losses }) => ({
      prompt: candidate.instruction,
      layout,
      demonstrations: candidate.demonstrations.length,
      loss: losses.loss,
      formatLoss: losses.format,
      decisionLoss: losses.decision,
    })),
    tokens: { scored: measured.usage.evaluatedTokens, generated: measured.usage.generatedTokens },
    seconds,
  };
}

/** What to do, in plain words. */
function recommendation(measured: MeasuredHeadroom): string {
  const { mode, worthwhile, gain, gainInterval, prompts } = measured;
  const { name, change, unit, amount } = lossUnit(mode);
  const [low, high] = gainInterval.map((each) => change(name === "loss" ? each : -each));
  const numbers = `the prompt picked as best of ${prompts.length} ${name === "loss" ? "lowers" : "raises"} the ${name} by ${amount(gain)} ${unit} on examples it was not picked on (95 % interval ${low} to ${high})`;
  return worthwhile
    ? `There is room: ${numbers}. A search is likely to find at least that.`
    : `No room seen: ${numbers}, which may be chance. Stop here, or change the model, the data or what the search may vary.`;
}

function headroomText(
  measured: MeasuredHeadroom,
  seconds: number,
  { paint, stdout }: CliContext,
): string {
  const { mode, prompts, examples, spread, noise, usage, worthwhile } = measured;
  const { label, text, change, unit, amount } = lossUnit(mode);
  const note = modeNote(mode);
  const width = Math.max(20, (stdout.columns ?? 160) - 75);
  const start = prompts[0]?.losses.loss ?? 0;
  const rows = prompts
    .toSorted((a, b) => a.losses.loss - b.losses.loss)
    .map(({ candidate, layout, losses }) => [
      text(losses.loss),
      change(losses.loss - start),
      layout,
      String(candidate.demonstrations.length),
      clippedFrom(candidate.instruction, prompts[0]?.candidate.instruction ?? "", width),
    ]);
  return [
    renderTable(
      [
        { head: label, align: "right" },
        { head: "against start", align: "right" },
        { head: "layout" },
        { head: "shown", align: "right" },
        { head: "instruction" },
      ],
      rows,
    ),
    "",
    ...(note === null ? [] : [note]),
    `spread of the prompts ${amount(spread)} ${unit}, chance ${amount(noise)} ${unit} (${examples} training examples)`,
    paint(worthwhile ? "green" : "yellow", recommendation(measured)),
    "",
    `${grouped(usage.evaluatedTokens)} tokens evaluated, ${grouped(usage.generatedTokens)} generated, ${duration(seconds)}`,
    "",
  ].join("\n");
}
