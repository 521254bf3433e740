import { measureHeadroom, type MeasuredHeadroom } from "../../project/headroom.ts";
import { duration, grouped, nats, signedNats } from "../../report/numbers.ts";
import type { CliContext } from "../context.ts";
import { modelAccess } from "../model-access.ts";
import { type TaskFlags, taskConfig } from "../task-config.ts";
import { clipped, renderTable } from "../terminal/table.ts";

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
  const { model, examples, startLoss, bestLoss, spread, noise, gain, gainInterval } = measured;
  return {
    model,
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
function recommendation({ worthwhile, gain, gainInterval, prompts }: MeasuredHeadroom): string {
  const numbers = `the prompt picked as best of ${prompts.length} lowers the loss by ${nats(gain)} nats on examples it was not picked on (95 % interval ${gainInterval.map(signedNats).join(" to ")})`;
  return worthwhile
    ? `There is room: ${numbers}. A search is likely to find at least that.`
    : `No room seen: ${numbers}, which may be chance. Stop here, or change the model, the data or what the search may vary.`;
}

function headroomText(
  measured: MeasuredHeadroom,
  seconds: number,
  { paint, stdout }: CliContext,
): string {
  const { prompts, examples, spread, noise, usage, worthwhile } = measured;
  const width = Math.max(20, (stdout.columns ?? 160) - 75);
  const start = prompts[0]?.losses.loss ?? 0;
  const rows = prompts
    .toSorted((a, b) => a.losses.loss - b.losses.loss)
    .map(({ candidate, layout, losses }) => [
      nats(losses.loss),
      signedNats(losses.loss - start),
      layout,
      String(candidate.demonstrations.length),
      clipped(candidate.instruction, width),
    ]);
  return [
    renderTable(
      [
        { head: "loss, nats", align: "right" },
        { head: "against start", align: "right" },
        { head: "layout" },
        { head: "shown", align: "right" },
        { head: "instruction" },
      ],
      rows,
    ),
    "",
    `spread of the prompts ${nats(spread)} nats, chance ${nats(noise)} nats (${examples} training examples)`,
    paint(worthwhile ? "green" : "yellow", recommendation(measured)),
    "",
    `${grouped(usage.evaluatedTokens)} tokens evaluated, ${grouped(usage.generatedTokens)} generated, ${duration(seconds)}`,
    "",
  ].join("\n");
}
