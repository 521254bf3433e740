import type { TokenChange } from "../../analysis/attribute.ts";
import {
  type AttributedExample,
  attributePrompts,
  type AttributedPrompts,
} from "../../project/attribute-prompts.ts";
import { counted, grouped, signedNats } from "../../report/numbers.ts";
import { inputText } from "../../scoring/render.ts";
import { comparedTask, type ComparedTaskFlags } from "../compared-task.ts";
import type { CliContext } from "../context.ts";
import { modelAccess } from "../model-access.ts";
import { clipped, renderTable } from "../terminal/table.ts";

/** The command's options as commander hands them over. */
export interface AttributeOptions extends ComparedTaskFlags {
  /** Examples and tokens in the text. */
  readonly show?: number;
  readonly json?: true;
}

const SHOWN = 10;

/** `pmpo attribute`. */
export async function runAttribute(
  [first, second]: readonly [string, string],
  { show = SHOWN, json, ...flags }: AttributeOptions,
  context: CliContext,
): Promise<void> {
  const folder = context.workingFolder;
  const { paths, config, source } = await comparedTask([first, second], flags, folder);
  const attributed = await attributePrompts(paths, config, source, modelAccess(context));
  context.stdout.write(
    json === true
      ? `${JSON.stringify(attributeDocument(attributed))}\n`
      : attributeText(attributed, { show, names: [first, second] }, context),
  );
}

function attributeDocument({
  usage,
  examples,
  change,
  tokens,
  ...rest
}: AttributedPrompts): object {
  return {
    ...rest,
    change: change.difference,
    interval: change.interval,
    examples: examples.map(({ exampleId, example: _example, ...changed }) => ({
      id: exampleId,
      ...changed,
    })),
    contributions: tokens,
    tokens: { scored: usage.evaluatedTokens, generated: usage.generatedTokens },
  };
}

function attributeText(
  { examples, leftOut, change, tokens, layouts, model, usage }: AttributedPrompts,
  { show, names }: { readonly show: number; readonly names: readonly [string, string] },
  context: CliContext,
): string {
  const table = renderTable(
    [
      { head: "token" },
      { head: "times", align: "right" },
      { head: "nats an example", align: "right" },
      { head: "nats a time", align: "right" },
    ],
    tokens
      .slice(0, show)
      .map((token) => [
        tokenName(token),
        grouped(token.occurrences),
        signedNats(token.contribution),
        signedNats(token.perOccurrence),
      ]),
  );
  return [
    ...examples.slice(0, show).flatMap((example) => exampleLines(example, context)),
    "",
    table,
    "",
    `${model}, ${names[0]} (${layouts[0]}) → ${names[1]} (${layouts[1]}): above 0 a token became likelier, below 0 less likely`,
    `${context.paint("bold", `mean change ${signedNats(change.difference)} nats an example`)} (95 % interval ${change.interval.map(signedNats).join(" to ")})`,
    `${counted(examples.length, "example")}, the most changed first${examples.length > show ? ` (${show} shown)` : ""}${leftOut > 0 ? `, ${leftOut} more left out because a prompt shows them` : ""}; ${grouped(usage.evaluatedTokens)} tokens evaluated`,
    "",
  ].join("\n");
}

function exampleLines(
  { example, change, tokens }: AttributedExample,
  { paint, stdout }: CliContext,
): readonly string[] {
  const width = (stdout.columns ?? 160) - 30;
  const head = `${clipped(example.id, 16)}  ${signedNats(change)} nats`;
  return [
    `${head}  ${paint("dim", clipped(inputText(example.inputs), width))}`,
    `  ${tokens.map((token) => paintedToken(token, paint)).join("")}`,
  ];
}

/** Smaller changes of a token have no number of their own. */
const NOTABLE_NATS = 0.5;

/** A token in the colour of its change, with the nats behind it where they are many. */
function paintedToken(token: TokenChange, paint: CliContext["paint"]): string {
  const { change } = token;
  const text = token.isEnd ? ` ${tokenName(token)}` : visible(token.text);
  if (Math.abs(change) < NOTABLE_NATS) return paint("dim", text);
  const sign = change < 0 ? "−" : "+";
  return `${paint(change < 0 ? "red" : "green", text)}[${sign}${Math.abs(change).toFixed(1)}]`;
}

function tokenName({ text, isEnd }: { readonly text: string; readonly isEnd: boolean }): string {
  return isEnd ? "(end)" : JSON.stringify(text);
}

function visible(text: string): string {
  return text.replace(/\r?\n/g, "⏎");
}
