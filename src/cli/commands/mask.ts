import { maskPrompt, type MaskedPrompt, type MeasuredPart } from "../../project/mask-prompt.ts";
import { grouped, lossText, signedNats } from "../../report/numbers.ts";
import type { CliContext } from "../context.ts";
import { type TaskFlags, taskConfig } from "../task-config.ts";
import { dataReporter } from "../terminal/data-notes.ts";
import { pullReporter } from "../terminal/pull-progress.ts";
import { clipped, renderTable } from "../terminal/table.ts";

/** `pmpo mask`. */
export async function runMask(
  task: string | undefined,
  options: TaskFlags & { readonly json?: true },
  context: CliContext,
): Promise<void> {
  const config = await taskConfig(task, options, context.workingFolder);
  const masked = await maskPrompt(config, {
    environment: context.environment,
    signal: context.signal,
    onPull: pullReporter(context.stderr),
    onData: dataReporter(context.stderr),
  });
  context.stdout.write(
    options.json === true ? `${JSON.stringify(maskDocument(masked))}\n` : maskText(masked, context),
  );
}

function maskDocument({ model, instruction, losses, usage, ...masked }: MaskedPrompt): object {
  return {
    model,
    prompt: instruction,
    loss: losses.loss,
    formatLoss: losses.format,
    decisionLoss: losses.decision,
    ...masked,
    tokens: { scored: usage.evaluatedTokens, generated: usage.generatedTokens },
  };
}

const COLOURS = { helps: "green", hurts: "red", inert: "dim" } as const;

const FINDERS = {
  model: "marked by the model",
  sentences: "cut by line and sentence, because the model marked none that could be used",
} as const;

function maskText(masked: MaskedPrompt, { paint, stdout }: CliContext): string {
  const { instruction, parts, partsTooLong, losses, source, examples, usage } = masked;
  const width = Math.max(20, (stdout.columns ?? 160) - 45);
  const table = renderTable(
    [
      { head: "part" },
      { head: "ΔL, nats", align: "right" },
      { head: "95 % interval", align: "right" },
      { head: "it" },
    ],
    parts.map((part) => [
      clipped(part.text, width),
      signedNats(part.deltaLoss),
      part.interval.map(signedNats).join(" to "),
      paint(COLOURS[part.verdict], part.verdict === "inert" ? "no clear effect" : part.verdict),
    ]),
  );
  return [
    coloured(instruction, parts, paint),
    "",
    ...(parts.length > 0 ? [table] : []),
    ...(parts.length + partsTooLong === 0
      ? ["No part of this prompt can be masked: all of them hold variables."]
      : []),
    ...(partsTooLong === 0
      ? []
      : [
          `${partsTooLong} more could not be masked: the mask does not fit the context beside the examples`,
        ]),
    "",
    `parts ${FINDERS[source]}`,
    `ΔL is the loss with the part masked minus the loss with it (${lossText(losses)} nats on ${examples} ${examples === 1 ? "example" : "examples"}): above 0 the part helps`,
    `${grouped(usage.evaluatedTokens)} tokens evaluated, ${grouped(usage.generatedTokens)} generated`,
    "",
  ].join("\n");
}

/** The prompt, each part in the colour of what it does. */
function coloured(
  instruction: string,
  parts: readonly MeasuredPart[],
  paint: CliContext["paint"],
): string {
  let text = "";
  let done = 0;
  for (const { start, end, verdict } of parts.toSorted((a, b) => a.start - b.start)) {
    text += instruction.slice(done, start) + paint(COLOURS[verdict], instruction.slice(start, end));
    done = end;
  }
  return text + instruction.slice(done);
}
