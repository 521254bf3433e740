import { writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { renderPrompt } from "../../scoring/render.ts";
import type { FinishedRun } from "../../project/run.ts";
import { markdownReport } from "../../report/markdown.ts";
import { duration, grouped, nats, percent } from "../../report/numbers.ts";
import { type PromptSummary, type RunSummary, summariseRun } from "../../report/summary.ts";
import type { CliContext } from "../context.ts";
import { renderTable } from "../terminal/table.ts";

const REPORT_FILE = "report.md";

/** Writes the run's report, and prints the result as text or as one JSON document. */
export function reportRun(finished: FinishedRun, json: boolean, context: CliContext): void {
  const summary = summariseRun(finished.id, finished.state, finished.seconds);
  writeFileSync(join(finished.folder, REPORT_FILE), markdownReport(summary));
  context.stdout.write(
    json ? `${JSON.stringify(resultDocument(summary))}\n` : resultText(summary, finished, context),
  );
}

/** The document of `--json`. */
function resultDocument(summary: RunSummary): object {
  const { start, best, verdict, usage } = summary;
  return {
    run: summary.id,
    start: promptDocument(start),
    best: promptDocument(best),
    verdict:
      verdict === null
        ? null
        : {
            difference: verdict.difference,
            interval: verdict.interval,
            text: verdict.text,
          },
    tokens: {
      scored: usage.evaluatedTokens,
      cached: usage.cachedTokens,
      generated: usage.generatedTokens,
    },
    seconds: summary.seconds,
  };
}

function promptDocument({ candidate, layout, training, test }: PromptSummary): object {
  return {
    prompt: candidate.instruction,
    layout,
    demonstrations: candidate.demonstrations.length,
    loss: training.loss,
    formatLoss: training.format,
    decisionLoss: training.decision,
    testLoss: test?.meanLoss ?? null,
    accuracy: test?.accuracy ?? null,
    choiceAccuracy: test?.choiceAccuracy ?? null,
  };
}

function resultText(summary: RunSummary, finished: FinishedRun, context: CliContext): string {
  const { paint, workingFolder } = context;
  const { start, best, verdict, usage } = summary;
  const path = (name: string): string => relative(workingFolder, join(finished.folder, name));
  const rows: readonly (readonly string[])[] = [
    ["training loss, nats", nats(start.training.loss), nats(best.training.loss)],
    ...lossParts(start, best),
    [
      "held-out accuracy",
      percent(start.test?.accuracy ?? null),
      percent(best.test?.accuracy ?? null),
    ],
    ...(start.test?.choiceAccuracy == null
      ? []
      : [
          [
            "… by choice",
            percent(start.test.choiceAccuracy),
            percent(best.test?.choiceAccuracy ?? null),
          ],
        ]),
  ];
  const verdictColour = verdict?.improved === true ? "green" : "yellow";
  return [
    "",
    paint("bold", "Best prompt"),
    promptPreview(best, finished),
    "",
    renderTable(
      [{ head: "" }, { head: "start", align: "right" }, { head: "best", align: "right" }],
      rows,
    ),
    "",
    paint(verdictColour, verdict?.text ?? "No verdict yet."),
    "",
    `${summary.candidates} candidates in ${summary.iterations} iterations, ${grouped(usage.evaluatedTokens)} tokens evaluated (${grouped(usage.cachedTokens)} cached), ${grouped(usage.generatedTokens)} generated, ${duration(summary.seconds)}`,
    `report       ${path(REPORT_FILE)}`,
    `best prompt  ${path("best.txt")}, as messages ${path("best.json")}`,
    "",
  ].join("\n");
}

function lossParts(start: PromptSummary, best: PromptSummary): readonly (readonly string[])[] {
  if (start.training.format === null || best.training.format === null) return [];
  return [
    ["… format", nats(start.training.format), nats(best.training.format)],
    ["… decision", nats(start.training.decision ?? 0), nats(best.training.decision ?? 0)],
  ];
}

/** The prompt as the model sees it, with the names of the inputs in place of one. */
function promptPreview({ candidate }: PromptSummary, { task }: FinishedRun): string {
  const names = Object.keys(task.data.train[0]?.inputs ?? {});
  const inputs = Object.fromEntries(names.map((name) => [name, `{{${name}}}`]));
  const prompt = renderPrompt(candidate, inputs);
  const text =
    prompt.kind === "text"
      ? prompt.text
      : prompt.messages.map(({ role, content }) => `[${role}] ${content}`).join("\n");
  return text.replace(/^/gm, "  ");
}
