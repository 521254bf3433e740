import { modelIn } from "../../config/parse-config.ts";
import {
  type ComparedPrompt,
  comparePrompts,
  type ComparedPrompts,
  type CompareSettings,
} from "../../project/compare-prompts.ts";
import { choiceRows } from "../../report/choice-rows.ts";
import { modeNote } from "../../report/loss-unit.ts";
import { counted, grouped, nats, percent, points, pValueText } from "../../report/numbers.ts";
import { comparedTask, type ComparedTaskFlags } from "../compared-task.ts";
import type { CliContext } from "../context.ts";
import { modelAccess } from "../model-access.ts";
import { renderTable } from "../terminal/table.ts";

/** The command's options as commander hands them over. */
export interface CompareOptions extends ComparedTaskFlags {
  readonly judge?: true;
  readonly judgeModel?: string;
  readonly json?: true;
}

type Judged = NonNullable<ComparedPrompt["against"]>["judged"];

/** `pmpo compare`. */
export async function runCompare(
  prompts: readonly string[],
  { judge, judgeModel, json, ...flags }: CompareOptions,
  context: CliContext,
): Promise<void> {
  const folder = context.workingFolder;
  const { paths, config, source } = await comparedTask(prompts, flags, folder);
  const compared = await comparePrompts(
    paths,
    config,
    {
      source,
      judge: judgeWanted(judge, judgeModel, folder),
    },
    modelAccess(context),
  );
  context.stdout.write(
    json === true
      ? `${JSON.stringify(compareDocument(compared, prompts))}\n`
      : compareText(compared, prompts, context),
  );
}

/** A judge that is named is asked. */
function judgeWanted(
  judge: true | undefined,
  model: string | undefined,
  folder: string,
): CompareSettings["judge"] {
  if (model !== undefined) return { model: modelIn(folder, model) };
  return judge === true ? { model: null } : null;
}

function compareDocument(compared: ComparedPrompts, names: readonly string[]): object {
  const { model, mode, judge, measure, examples, leftOut, prompts, usage } = compared;
  return {
    model,
    mode,
    judge,
    measure,
    examples,
    leftOut,
    prompts: prompts.map((prompt, index) => ({
      file: names[index],
      layout: prompt.layout,
      demonstrations: prompt.candidate.demonstrations.length,
      loss: prompt.meanLoss,
      accuracy: prompt.accuracy,
      choiceAccuracy: prompt.choiceAccuracy,
      choice: prompt.choice,
      positionBias: prompt.positionBias,
      ...(prompt.against === null
        ? {}
        : {
            difference: prompt.against.accuracy.difference,
            interval: prompt.against.accuracy.interval,
            lossDifference: prompt.against.loss.difference,
            lossInterval: prompt.against.loss.interval,
            pValue: prompt.against.pValue,
            adjustedPValue: prompt.against.adjustedPValue,
            minimumDetectable: prompt.against.minimumDetectable,
            choiceDifferences: prompt.against.choice,
            judged: prompt.against.judged,
            text: prompt.against.text,
          }),
    })),
    tokens: { scored: usage.evaluatedTokens, generated: usage.generatedTokens },
  };
}

function compareText(
  { mode, judge, examples, leftOut, prompts, usage }: ComparedPrompts,
  names: readonly string[],
  { paint }: CliContext,
): string {
  const hasLosses = mode === "likelihood";
  const note = modeNote(mode);
  const table = renderTable(
    [
      { head: "prompt" },
      ...(hasLosses ? [{ head: "loss, nats", align: "right" } as const] : []),
      { head: "accuracy", align: "right" },
      ...(hasLosses ? [{ head: "by choice", align: "right" } as const] : []),
      { head: "against the first", align: "right" },
      { head: "95 % interval" },
      { head: prompts.length > 2 ? "p (Holm)" : "p", align: "right" },
    ],
    prompts.map((prompt, index) => [
      names[index] ?? prompt.path,
      ...(hasLosses ? [nats(prompt.meanLoss)] : []),
      percent(prompt.accuracy),
      ...(hasLosses ? [percent(prompt.choiceAccuracy)] : []),
      ...againstCells(prompt),
    ]),
  );
  const sentences = prompts.flatMap(({ against, positionBias }, index) => {
    const name = paint("bold", names[index] ?? "");
    return [
      ...(against === null ? [] : [`${name}: ${against.text}`]),
      ...(positionBias === null ? [] : [`${name}: ${positionBiasText(positionBias)}`]),
      ...(against?.judged == null ? [] : [`${name}: ${preferenceText(against.judged, judge)}`]),
    ];
  });
  return [
    table,
    "",
    ...(note === null ? [] : [note, ""]),
    ...choiceTables(prompts, names),
    ...sentences,
    "",
    `${examples} examples${leftOut > 0 ? `, ${leftOut} more left out because a prompt shows them` : ""}; ${grouped(usage.evaluatedTokens)} tokens evaluated, ${grouped(usage.generatedTokens)} generated`,
    "",
  ].join("\n");
}

function positionBiasText(share: number): string {
  return `the metric's judge followed the order of the texts on ${percent(share)} of the answers it was asked about.`;
}

function preferenceText(
  { wins, ties, losses, positionBias, adjustedPValue }: NonNullable<Judged>,
  judge: string | null,
): string {
  const bias =
    positionBias === null
      ? ""
      : `; on ${percent(positionBias)} of those that differ it followed their order, which counts as a tie`;
  return `the judge ${judge} prefers its answers on ${counted(wins, "example")}, the first prompt's on ${grouped(losses)}, neither on ${grouped(ties)} (sign test p ${pValueText(adjustedPValue)}${bias}).`;
}

/** Each prompt's choice among the options beside the first one's. */
function choiceTables(
  prompts: readonly ComparedPrompt[],
  names: readonly string[],
): readonly string[] {
  const [first] = prompts;
  return prompts.flatMap((prompt, index) => {
    const rows = choiceRows(first ?? null, prompt, prompt.against?.choice ?? null);
    if (prompt.against === null || rows.length === 0) return [];
    const columns = [
      { head: "" },
      { head: names[0] ?? "", align: "right" },
      { head: names[index] ?? prompt.path, align: "right" },
      { head: "difference (95 % interval)" },
    ] as const;
    return [renderTable(columns, rows), ""];
  });
}

function againstCells({ against }: ComparedPrompt): readonly string[] {
  if (against === null) return ["–", "–", "–"];
  const { accuracy, adjustedPValue } = against;
  return [
    points(accuracy.difference),
    accuracy.interval.map(points).join(" to "),
    pValueText(adjustedPValue),
  ];
}
