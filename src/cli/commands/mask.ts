import { maskPrompt, type MaskedPrompt, type MeasuredPart } from "../../project/mask-prompt.ts";
import { inputText } from "../../scoring/render.ts";
import { counted, grouped, lossText, signedNats } from "../../report/numbers.ts";
import type { CliContext } from "../context.ts";
import { modelAccess } from "../model-access.ts";
import { checkLayoutUsed, type TaskFlags, taskConfig } from "../task-config.ts";
import { clipped, renderTable } from "../terminal/table.ts";

/** `pmpo mask`. */
export async function runMask(
  task: string | undefined,
  { examples, json, ...flags }: TaskFlags & { readonly examples?: true; readonly json?: true },
  context: CliContext,
): Promise<void> {
  const config = await taskConfig(task, flags, context.workingFolder);
  checkLayoutUsed(flags, [config.prompt.instructionFile]);
  const masked = await maskPrompt(config, modelAccess(context));
  context.stdout.write(
    json === true
      ? `${JSON.stringify(maskDocument(masked))}\n`
      : maskText(masked, examples === true, context),
  );
}

function maskDocument({
  model,
  instruction,
  losses,
  parts,
  examples,
  usage,
  ...masked
}: MaskedPrompt): object {
  return {
    model,
    prompt: instruction,
    loss: losses.loss,
    formatLoss: losses.format,
    decisionLoss: losses.decision,
    parts: parts.map(({ differences, ...part }) => ({
      ...part,
      byExample: differences.map((deltaLoss, index) => ({ id: examples[index]?.id, deltaLoss })),
    })),
    ...masked,
    examples: examples.length,
    tokens: { scored: usage.evaluatedTokens, generated: usage.generatedTokens },
  };
}

const COLOURS = { helps: "green", hurts: "red", inert: "dim" } as const;

const FINDERS = {
  model: "marked by the model",
  sentences: "cut by line and sentence, because the model marked none that could be used",
} as const;

function maskText(masked: MaskedPrompt, byExample: boolean, context: CliContext): string {
  const { paint, stdout } = context;
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
    ...(parts.length > 0 && byExample ? ["", ...exampleLines(masked, context)] : []),
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
    `ΔL is the loss with the part masked minus the loss with it (${lossText(losses)} nats on ${counted(examples.length, "example")}): above 0 the part helps`,
    `${grouped(usage.evaluatedTokens)} tokens evaluated, ${grouped(usage.generatedTokens)} generated`,
    "",
  ].join("\n");
}

/** On how many examples a part's effect is named beside it. */
const NAMED_EXAMPLES = 3;

/** Where each part matters most, and what masking it does to every example, the most touched first. */
function exampleLines(
  { parts, examples }: MaskedPrompt,
  { paint, stdout }: CliContext,
): readonly string[] {
  const width = Math.max(20, (stdout.columns ?? 160) - 20 - 10 * parts.length);
  const most = parts.map(({ text, differences }, index) => {
    const named = byStrength(differences)
      .slice(0, NAMED_EXAMPLES)
      .map((place) => `${examples[place]?.id} (${signedNats(differences[place] ?? 0)})`);
    return `part ${index + 1} matters most to ${named.join(", ")}: ${clipped(text, width)}`;
  });
  const strongest = examples.map((_, place) =>
    Math.max(...parts.map(({ differences }) => Math.abs(differences[place] ?? 0))),
  );
  const table = renderTable(
    [
      { head: "example" },
      ...parts.map((_, index) => ({ head: `part ${index + 1}`, align: "right" as const })),
      { head: "input" },
    ],
    byStrength(strongest).map((place) => [
      clipped(examples[place]?.id ?? "", 16),
      ...parts.map(({ differences }) => {
        const difference = differences[place] ?? 0;
        const isStrongest = Math.abs(difference) === strongest[place];
        return isStrongest ? paint("bold", signedNats(difference)) : signedNats(difference);
      }),
      clipped(inputText(examples[place]?.inputs ?? {}), width),
    ]),
  );
  return [...most, "", table];
}

/** Places of the values, the farthest from 0 first. */
function byStrength(values: readonly number[]): readonly number[] {
  return values
    .map((_, place) => place)
    .sort((a, b) => Math.abs(values[b] ?? 0) - Math.abs(values[a] ?? 0));
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
