import { resolve } from "node:path";
import { usageError } from "../../core/errors.ts";
import {
  type ComparedPrompt,
  comparePrompts,
  type ComparedPrompts,
} from "../../project/compare-prompts.ts";
import { grouped, nats, percent, points, pValueText } from "../../report/numbers.ts";
import type { CliContext } from "../context.ts";
import { type TaskFlags, taskConfig } from "../task-config.ts";
import { dataReporter } from "../terminal/data-notes.ts";
import { pullReporter } from "../terminal/pull-progress.ts";
import { renderTable } from "../terminal/table.ts";

/** The command's options as commander hands them over. */
export interface CompareOptions extends Omit<TaskFlags, "prompt" | "promptText"> {
  readonly task?: string;
  readonly limit?: number;
  readonly json?: true;
}

/** `pmpo compare`. */
export async function runCompare(
  prompts: readonly string[],
  { task, limit, json, ...flags }: CompareOptions,
  context: CliContext,
): Promise<void> {
  const folder = context.workingFolder;
  if (task !== undefined && flags.data !== undefined) {
    throw usageError("OPTIONS_CONFLICT", "--task and --data exclude each other");
  }
  // A task file has a prompt of its own; without one, any text stands for it.
  const prompt = task === undefined && flags.data !== undefined ? { promptText: "-" } : {};
  const read = await taskConfig(task, { ...flags, ...prompt }, folder);
  const config =
    limit === undefined ? read : { ...read, data: { ...read.data, testExamples: limit } };
  const compared = await comparePrompts(
    prompts.map((path) => resolve(folder, path)),
    config,
    flags.data === undefined ? "held-out" : "all",
    {
      environment: context.environment,
      signal: context.signal,
      onPull: pullReporter(context.stderr),
      onData: dataReporter(context.stderr),
    },
  );
  context.stdout.write(
    json === true
      ? `${JSON.stringify(compareDocument(compared, prompts))}\n`
      : compareText(compared, prompts, context),
  );
}

function compareDocument(compared: ComparedPrompts, names: readonly string[]): object {
  const { model, measure, examples, leftOut, prompts, usage } = compared;
  return {
    model,
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
            text: prompt.against.text,
          }),
    })),
    tokens: { scored: usage.evaluatedTokens, generated: usage.generatedTokens },
  };
}

function compareText(
  { examples, leftOut, prompts, usage }: ComparedPrompts,
  names: readonly string[],
  { paint }: CliContext,
): string {
  const table = renderTable(
    [
      { head: "prompt" },
      { head: "loss, nats", align: "right" },
      { head: "accuracy", align: "right" },
      { head: "by choice", align: "right" },
      { head: "against the first", align: "right" },
      { head: "95 % interval" },
      { head: prompts.length > 2 ? "p (Holm)" : "p", align: "right" },
    ],
    prompts.map((prompt, index) => [
      names[index] ?? prompt.path,
      nats(prompt.meanLoss),
      percent(prompt.accuracy),
      percent(prompt.choiceAccuracy),
      ...againstCells(prompt),
    ]),
  );
  const sentences = prompts.flatMap(({ against }, index) =>
    against === null ? [] : [`${paint("bold", names[index] ?? "")}: ${against.text}`],
  );
  return [
    table,
    "",
    ...sentences,
    "",
    `${examples} examples${leftOut > 0 ? `, ${leftOut} more left out because a prompt shows them` : ""}; ${grouped(usage.evaluatedTokens)} tokens evaluated, ${grouped(usage.generatedTokens)} generated`,
    "",
  ].join("\n");
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
