import { resolve } from "node:path";
import { signalFinding } from "../../core/signal.ts";
import { measureSignal, type RunSignal } from "../../project/measure-signal.ts";
import { grouped, nats, percent } from "../../report/numbers.ts";
import { SIGNAL_HEAD, signalRows, signalText } from "../../report/signal-text.ts";
import type { CliContext } from "../context.ts";
import { modelAccess } from "../model-access.ts";
import { clippedFrom, renderTable } from "../terminal/table.ts";

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
    foretells: signalFinding(measured) === "foretells",
    text: signalText(measured),
    tokens: { scored: usage.evaluatedTokens, generated: usage.generatedTokens },
  };
  context.stdout.write(
    options.json === true ? `${JSON.stringify(document)}\n` : signalReport(measured, context),
  );
}

function signalReport(measured: RunSignal, { paint, stdout }: CliContext): string {
  const { candidates, examples, usage } = measured;
  const width = Math.max(20, (stdout.columns ?? 160) - 85);
  const base = (candidates.find(({ id }) => id === "c0") ?? candidates[0])?.instruction ?? "";
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
        clippedFrom(each.instruction, base, width),
      ]),
    ),
    "",
    renderTable(
      SIGNAL_HEAD.map((head, index) => (index === 0 ? { head } : { head, align: "right" })),
      signalRows(measured),
    ),
    "−1: the lower the loss, the better the answers; 0: nothing to do with each other",
    "",
    paint(signalFinding(measured) === "foretells" ? "green" : "yellow", signalText(measured)),
    "",
    `${examples} held-out examples; ${grouped(usage.evaluatedTokens)} tokens evaluated, ${grouped(usage.generatedTokens)} generated. Reports of the run that are written from now on have it: pmpo show, pmpo report.`,
    "",
  ].join("\n");
}
