import { resolve } from "node:path";
import { measureSignal, type MeasuredSignal } from "../../project/measure-signal.ts";
import { grouped, nats, percent, pValueText } from "../../report/numbers.ts";
import type { CliContext } from "../context.ts";
import { modelAccess } from "../model-access.ts";
import { clipped, renderTable } from "../terminal/table.ts";

const DEFAULTS = { prompts: 12, examples: 50 };

/** `pmpo signal`. */
export async function runSignal(
  run: string,
  options: {
    readonly project: string;
    readonly prompts?: number;
    readonly limit?: number;
    readonly json?: true;
  },
  context: CliContext,
): Promise<void> {
  const measured = await measureSignal(
    resolve(context.workingFolder, options.project),
    run,
    {
      prompts: options.prompts ?? DEFAULTS.prompts,
      examples: options.limit ?? DEFAULTS.examples,
    },
    modelAccess(context),
  );
  const { usage, ...rest } = measured;
  const document = {
    ...rest,
    text: conclusion(measured),
    tokens: { scored: usage.evaluatedTokens, generated: usage.generatedTokens },
  };
  context.stdout.write(
    options.json === true ? `${JSON.stringify(document)}\n` : signalText(measured, context),
  );
}

function conclusion({ foretells, signals }: MeasuredSignal): string {
  const [objective] = signals;
  if (objective?.correlation === null) {
    return "Whether the loss foretells accuracy cannot be told: accuracy does not vary between these candidates. Test them on more examples (--limit).";
  }
  const numbers = `rank correlation ${correlationText(objective?.correlation ?? null)}, p ${pValueText(objective?.pValue ?? 1)}`;
  return foretells
    ? `The loss foretells accuracy here: prompts with a lower loss answer better (${numbers}).`
    : `The loss does not foretell accuracy here beyond chance (${numbers}): trust the verdict, not the loss, and consider another objective.`;
}

function correlationText(correlation: number | null): string {
  if (correlation === null) return "none";
  return `${correlation < 0 ? "−" : "+"}${Math.abs(correlation).toFixed(2)}`;
}

function signalText(measured: MeasuredSignal, { paint, stdout }: CliContext): string {
  const { candidates, examples, signals, foretells, usage } = measured;
  const width = Math.max(20, (stdout.columns ?? 160) - 85);
  return [
    renderTable(
      [
        { head: "candidate" },
        { head: "training loss", align: "right" },
        { head: "held-out loss", align: "right" },
        { head: "accuracy", align: "right" },
        { head: "layout" },
        { head: "shown", align: "right" },
        { head: "instruction" },
      ],
      candidates.map((each) => [
        each.id,
        nats(each.trainingLoss),
        nats(each.testLoss),
        percent(each.accuracy),
        each.layout,
        String(each.demonstrations),
        clipped(each.instruction, width),
      ]),
    ),
    "",
    renderTable(
      [
        { head: "signal on the training examples" },
        { head: "rank correlation with accuracy", align: "right" },
        { head: "p", align: "right" },
      ],
      signals.map(({ name, correlation, pValue }) => [
        name,
        correlation === null ? "–" : correlationText(correlation),
        pValueText(pValue),
      ]),
    ),
    "",
    paint(foretells ? "green" : "yellow", conclusion(measured)),
    "",
    `${examples} held-out examples; ${grouped(usage.evaluatedTokens)} tokens evaluated, ${grouped(usage.generatedTokens)} generated`,
    "",
  ].join("\n");
}
