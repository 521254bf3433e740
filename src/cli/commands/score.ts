import { inputText } from "../../scoring/render.ts";
import { scorePrompt, type ScoredExample, type ScoredPrompt } from "../../project/score-prompt.ts";
import { boundsText } from "../../report/bounds-text.ts";
import { objectiveText } from "../../report/objective-text.ts";
import { counted, nats, percent, signedNats } from "../../report/numbers.ts";
import type { CliContext } from "../context.ts";
import { modelAccess } from "../model-access.ts";
import { checkLayoutUsed, type TaskFlags, taskConfig } from "../task-config.ts";
import { clipped, renderTable } from "../terminal/table.ts";
import { runTrial } from "./trial.ts";

/** The command's options as commander hands them over. */
export interface ScoreOptions extends TaskFlags {
  readonly limit?: number;
  /** False with `--no-end`. */
  readonly end: boolean;
  readonly json?: true;
  readonly trial?: true;
}

/** `pmpo score`. */
export async function runScore(
  task: string | undefined,
  options: ScoreOptions,
  context: CliContext,
): Promise<void> {
  const config = await taskConfig(task, options, context.workingFolder);
  checkLayoutUsed(options, [config.prompt.instructionFile]);
  if (options.trial === true) {
    await runTrial(config, options.json === true, context);
    return;
  }
  const scored = await scorePrompt(
    config,
    { limit: options.limit ?? null, scoreEnd: options.end },
    modelAccess(context, config.prices),
  );
  context.stdout.write(
    options.json === true
      ? `${JSON.stringify(scoreDocument(scored))}\n`
      : scoreText(scored, context),
  );
}

function scoreDocument({
  model,
  layout,
  summary,
  likelihood,
  choice: choices,
  estimate,
  examples,
}: ScoredPrompt): object {
  return {
    model,
    meanLoss: summary.loss,
    examples: examples.map(({ example, loss, tokens, estimate, choice, reasonings }) => ({
      id: example.id,
      loss,
      tokens,
      ...(estimate === null ? {} : { estimate }),
      ...(choice === null ? {} : choice),
      ...(reasonings.length === 0 ? {} : { reasonings }),
    })),
    layout,
    perToken: likelihood.perToken,
    perByte: likelihood.perByte,
    format: summary.format,
    decision: summary.decision,
    choiceAccuracy: summary.choiceAccuracy,
    choice: choices,
    ...(estimate === null ? {} : { estimate }),
  };
}

const COLUMNS = [
  { head: "example" },
  { head: "loss", align: "right" },
  { head: "per token", align: "right" },
  { head: "tokens", align: "right" },
] as const;

const CHOICE_COLUMNS = [
  { head: "format", align: "right" },
  { head: "decision", align: "right" },
  { head: "picked" },
] as const;

function scoreText(scored: ScoredPrompt, context: CliContext): string {
  const { model, layout, summary, likelihood, choice, estimate, examples } = scored;
  const closed = summary.format !== null;
  const { paint } = context;
  const rest = Math.max(20, (context.stdout.columns ?? 160) - (closed ? 70 : 40));
  const hardestFirst = examples.toSorted((a, b) => b.loss - a.loss);
  const table = renderTable(
    [...COLUMNS, ...(closed ? CHOICE_COLUMNS : []), { head: "answer" }, { head: "input" }],
    hardestFirst.map((each) => [
      ...numberCells(each),
      ...(closed ? choiceCells(each, paint) : []),
      clipped(each.example.target, Math.ceil(rest / 3)),
      clipped(inputText(each.example.inputs), Math.ceil((2 * rest) / 3)),
    ]),
  );
  return [
    table,
    "",
    `${model}, layout ${layout}, ${examples.length} ${examples.length === 1 ? "example" : "examples"}`,
    `${paint("bold", `mean loss ${nats(summary.loss)} nats`)} (${nats(likelihood.perToken)} per token, ${nats(likelihood.perByte)} per byte)`,
    ...(estimate === null ? [] : [paint("yellow", boundsText(estimate))]),
    ...choiceMeans(summary, choice),
    ...reasoningLines(scored.objective, examples),
    ...searchedLine(scored),
    "",
  ].join("\n");
}

/** Where a search of the task looks at something else than the loss above. */
function searchedLine({ objective, searched }: ScoredPrompt): readonly string[] {
  const text = searched === null ? "" : objectiveText(searched);
  return text === "" || text === objectiveText(objective)
    ? []
    : [`The loss is the ${objectiveText(objective)}; pmpo optimize follows another one: ${text}`];
}

/** What the answers stood behind, and whether the limit cut it short. */
function reasoningLines(
  objective: ScoredPrompt["objective"],
  examples: readonly ScoredExample[],
): readonly string[] {
  if (objective.kind !== "answer-after-reasoning") return [];
  const reasonings = examples.flatMap((example) => example.reasonings);
  const cut = reasonings.filter(({ finish }) => finish === "length").length;
  return [
    objectiveText(objective),
    `${counted(reasonings.length, "reasoning")}, ${cut} of them cut off at ${objective.reasoningTokens} tokens (--json has their texts)`,
  ];
}

function numberCells({ example, loss, tokens }: ScoredExample): readonly string[] {
  return [clipped(example.id, 16), nats(loss), nats(loss / tokens.length), String(tokens.length)];
}

function choiceCells({ choice }: ScoredExample, paint: CliContext["paint"]): readonly string[] {
  if (choice === null) return ["", "", ""];
  const picked = paint(choice.correct ? "green" : "red", clipped(choice.picked, 16));
  return [nats(choice.format), nats(choice.decision), picked];
}

function choiceMeans(
  { format, decision, choiceAccuracy }: ScoredPrompt["summary"],
  choice: ScoredPrompt["choice"],
): readonly string[] {
  if (format === null || decision === null || choice === null) return [];
  return [
    `format ${nats(format)}, decision ${nats(decision)}; the right option is the likeliest in ${percent(choiceAccuracy)}`,
    `margin ${signedNats(choice.margin)} nats, Brier score ${choice.brier.toFixed(3)}, calibration error ${percent(choice.calibrationError)}`,
  ];
}
