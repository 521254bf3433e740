import { existsSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { FinishedRun } from "../../project/run.ts";
import { boundsText } from "../../report/bounds-text.ts";
import { choiceRows, commonestText } from "../../report/choice-rows.ts";
import { judgeRows } from "../../report/judge-rows.ts";
import { markdownReport } from "../../report/markdown.ts";
import { ESTIMATE_HEAD, estimateRows } from "../../report/estimate-rows.ts";
import { lossUnit, modeNote } from "../../report/loss-unit.ts";
import { counted, duration, grouped, moneyText, nats, percent } from "../../report/numbers.ts";
import { promptText } from "../../report/prompt-text.ts";
import { warningsOf } from "../../report/warnings.ts";
import { type PromptSummary, type RunSummary, summariseRun } from "../../report/summary.ts";
import type { CliContext } from "../context.ts";
import { renderTable } from "../terminal/table.ts";
import { projectFlag } from "./work-on-run.ts";

const REPORT_FILE = "report.md";

/** Writes the run's report, and prints the result as text or as one JSON document. */
export function reportFinishedRun(
  finished: FinishedRun,
  project: string,
  json: boolean,
  context: CliContext,
): void {
  const flag = projectFlag(project, context.workingFolder);
  const summary = summariseRun(finished.id, finished.state, { ...finished, projectFlag: flag });
  writeFileSync(join(finished.folder, REPORT_FILE), markdownReport(summary));
  printRun(summary, finished.folder, json ? "json" : "text", context);
}

/** Prints what is known about a run that lies in that folder. */
export function printRun(
  summary: RunSummary,
  folder: string,
  form: "text" | "json" | "markdown",
  context: CliContext,
): void {
  const text = {
    json: () => `${JSON.stringify(resultDocument(summary))}\n`,
    markdown: () => markdownReport(summary),
    text: () => resultText(summary, folder, context),
  };
  context.stdout.write(text[form]());
}

/** The document of `--json`. */
function resultDocument(summary: RunSummary): object {
  const { start, best, verdict, usage } = summary;
  return {
    run: summary.id,
    mode: summary.mode,
    start: promptDocument(start),
    best: promptDocument(best),
    verdict:
      verdict === null
        ? null
        : {
            difference: verdict.difference,
            interval: verdict.interval,
            text: verdict.text,
            choice: verdict.choice,
            commonest: verdict.commonest,
            constant: verdict.constant,
          },
    tokens: {
      requested: usage.requestedTokens,
      scored: usage.evaluatedTokens,
      cached: usage.cachedTokens,
      generated: usage.generatedTokens,
    },
    ...(summary.signal === null ? {} : { signal: summary.signal }),
    seconds: summary.seconds,
    ...(summary.bounds === null ? {} : { bounds: summary.bounds }),
    ...(summary.money === null ? {} : { money: summary.money }),
    ...(summary.estimate === null ? {} : { estimate: summary.estimate }),
  };
}

function promptDocument({
  candidate,
  layout,
  training,
  validationLoss,
  test,
}: PromptSummary): object {
  return {
    prompt: candidate.instruction,
    layout,
    demonstrations: candidate.demonstrations.length,
    loss: training.loss,
    formatLoss: training.format,
    decisionLoss: training.decision,
    validationLoss,
    promptTokens: training.promptTokens,
    testLoss: test?.meanLoss ?? null,
    accuracy: test?.accuracy ?? null,
    choiceAccuracy: test?.choiceAccuracy ?? null,
    choice: test?.choice ?? null,
    positionBias: test?.positionBias ?? null,
  };
}

function resultText(
  summary: RunSummary,
  folder: string,
  { paint, workingFolder, environment }: CliContext,
): string {
  const { headline, best, verdict, usage } = summary;
  const verdictColour = verdict?.finding === "better" ? "green" : "yellow";
  const fileLine = (label: string, name: string): readonly string[] => {
    const path = join(folder, name);
    return existsSync(path) ? [`${label.padEnd(16)}${relative(workingFolder, path)}`] : [];
  };
  return [
    "",
    paint("bold", summary.stopReason === null ? "Best prompt so far" : "Best prompt"),
    promptText(best.candidate, summary.variables).replace(/^/gm, "  "),
    "",
    comparison(summary),
    "",
    ...(verdict?.commonest == null ? [] : [commonestText(verdict.commonest), ""]),
    ...noteLines(summary),
    paint(verdictColour, verdict?.text ?? headline.text),
    ...warningsOf(summary),
    `Next: ${headline.next}`,
    "",
    `${counted(summary.candidates, "candidate")} (${summary.dropped} dropped early) in ${counted(summary.iterations, "iteration")}, ${grouped(usage.evaluatedTokens)} tokens evaluated (${grouped(usage.cachedTokens)} cached), ${grouped(usage.generatedTokens)} generated, ${duration(summary.seconds)}${moneySpent(summary)}`,
    ...(summary.bounds === null
      ? []
      : [paint("yellow", `Losses of the best prompt: ${boundsText(summary.bounds)}.`)]),
    ...againstEstimate(summary),
    ...fileLine("report", REPORT_FILE),
    ...fileLine("instruction", "best.txt"),
    ...fileLine("whole prompt", "best.json"),
    `${"to look at".padEnd(16)}${summary.reportCommand} --open`,
    // What npm runs is no command outside of it.
    ...(environment["npm_lifecycle_event"] === undefined
      ? []
      : [`${"".padEnd(16)}(here pmpo is called as: npx pmpo)`]),
    "",
  ].join("\n");
}

function moneySpent({ money }: RunSummary): string {
  return money === null ? "" : `, ${moneyText(money.amount, money.currency)}`;
}

function againstEstimate(summary: RunSummary): readonly string[] {
  const rows = estimateRows(summary);
  if (rows.length === 0) return [];
  const columns = ESTIMATE_HEAD.map((head, index) =>
    index === 0 ? { head } : { head, align: "right" as const },
  );
  return ["", "Against its estimate:", renderTable(columns, rows), ""];
}

function noteLines({ mode }: RunSummary): readonly string[] {
  const note = modeNote(mode);
  return note === null ? [] : [note, ""];
}

function comparison({ start, best, verdict, mode }: RunSummary): string {
  const { label, text } = lossUnit(mode);
  const rows: readonly (readonly string[])[] = [
    [`training ${label}`, text(start.training.loss), text(best.training.loss)],
    ...lossParts(start, best),
    ...(best.validationLoss === null
      ? []
      : [
          [
            `validation ${label}`,
            start.validationLoss === null ? "–" : text(start.validationLoss),
            text(best.validationLoss),
          ],
        ]),
    ["prompt tokens", grouped(start.training.promptTokens), grouped(best.training.promptTokens)],
    [
      verdict?.measure === "choice-accuracy" ? "accuracy as written" : "held-out accuracy",
      percent(start.test?.accuracy ?? null),
      percent(best.test?.accuracy ?? null),
    ],
    ...judgeRows(start.test, best.test),
  ];
  const choice = choiceRows(start.test, best.test, verdict?.choice ?? null);
  return renderTable(
    [
      { head: "" },
      { head: "start", align: "right" },
      { head: "best", align: "right" },
      ...(choice.length === 0 ? [] : [{ head: "difference (95 % interval)" }]),
    ],
    [...rows, ...choice],
  );
}

function lossParts(start: PromptSummary, best: PromptSummary): readonly (readonly string[])[] {
  if (start.training.format === null || best.training.format === null) return [];
  return [
    ["… format", nats(start.training.format), nats(best.training.format)],
    ["… decision", nats(start.training.decision ?? 0), nats(best.training.decision ?? 0)],
  ];
}
