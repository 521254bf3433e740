import type { SearchSpace } from "../../core/task.ts";
import { accuracyOf } from "../../evaluation/compare-results.ts";
import { demonstrate, type Demonstrated } from "../../project/demonstrate.ts";
import { counted, grouped, nats, signedNats } from "../../report/numbers.ts";
import { inputText } from "../../scoring/render.ts";
import type { CliContext } from "../context.ts";
import { clipped, renderTable } from "../terminal/table.ts";
import { type PromptWorkOptions, workOnPrompt } from "./work-on-prompt.ts";

/** The command's options as commander hands them over. */
export interface DemosOptions extends PromptWorkOptions {
  readonly demonstrations?: SearchSpace["demonstrations"];
}

const DEFAULT_COUNT: SearchSpace["demonstrations"] = { minimum: 0, maximum: 4 };

/** `pmpo demos`. */
export async function runDemos(
  task: string | undefined,
  prompt: string | undefined,
  { demonstrations, budgetTokens, ...flags }: DemosOptions,
  context: CliContext,
): Promise<void> {
  const settings = {
    count: demonstrations ?? DEFAULT_COUNT,
    budgetTokens: budgetTokens ?? null,
  };
  await workOnPrompt(task, prompt, flags, context, {
    work: (config, source, access) => demonstrate(config, source, settings, access),
    summary: demosDocument,
    lines: (result) => demosLines(result, context),
    done: "no single change lowers the loss",
  });
}

function demosDocument(result: Demonstrated): object {
  const {
    without,
    given,
    best,
    steps,
    verdicts,
    usage: _usage,
    document: _prompt,
    ...rest
  } = result;
  const measured = ({ summary, promptTokens, candidate }: Demonstrated["best"]): object => ({
    loss: summary.loss,
    promptTokens,
    demonstrations: candidate.demonstrations.map(({ id }) => id),
  });
  return {
    ...rest,
    without: measured(without),
    given: given === null ? null : measured(given),
    best: measured(best),
    steps: steps.map(({ operator, candidate, summary }) => ({
      operator,
      demonstrations: candidate.demonstrations.map(({ id }) => id),
      loss: summary.loss,
    })),
    verdicts: verdicts.map((verdict) => ({
      against: verdict.against,
      measure: verdict.measure,
      accuracyBefore: accuracyOf(verdict.start, verdict.measure),
      accuracyAfter: accuracyOf(verdict.best, verdict.measure),
      difference: verdict.accuracy.difference,
      interval: verdict.accuracy.interval,
      lossDifference: verdict.loss.difference,
      lossInterval: verdict.loss.interval,
      pValue: verdict.pValue,
      adjustedPValue: verdict.adjustedPValue,
      minimumDetectable: verdict.minimumDetectable,
      improved: verdict.finding === "better",
      text: verdict.text,
    })),
  };
}

function demosLines(result: Demonstrated, { paint, stdout }: CliContext): readonly string[] {
  const { without, given, best, verdicts, pool } = result;
  const extraTokens = best.promptTokens - without.promptTokens;
  return [
    stepTable(result, stdout.columns ?? 160),
    "",
    paint(
      "bold",
      `Shown, in this order: ${counted(best.candidate.demonstrations.length, "example")}`,
    ),
    ...shownLines(result, stdout.columns ?? 160),
    ...outsideLines(result).map((line) => paint("yellow", line)),
    "",
    ...verdicts.flatMap(({ against, text, finding }) => [
      `${paint("bold", `Against ${against === "as given" ? "the prompt as given" : "the prompt without demonstrations"}:`)} ${paint(finding === "better" ? "green" : "yellow", text)}`,
    ]),
    `Cost: ${grouped(without.promptTokens)} → ${grouped(best.promptTokens)} prompt tokens a call (${extraTokens < 0 ? "−" : "+"}${grouped(Math.abs(extraTokens))})${given === null ? "" : `; ${grouped(given.promptTokens)} as given`}.`,
    "",
    `chosen among ${counted(pool.size, "example")}${pool.leftOut === 0 ? "" : ` (${pool.leftOut} more left out: a choice among all takes too long)`}, ${counted(result.tried, "prompt")} scored on ${counted(result.trainingExamples, "training example")}${result.refused === 0 ? "" : `, ${result.refused} not tried: they do not fit the context`}`,
  ];
}

/** Why not as many are shown as were asked for. */
function outsideLines({ inRange, asked, best, stopped }: Demonstrated): readonly string[] {
  if (inRange) return [];
  const { minimum, maximum } = asked;
  const range = minimum === maximum ? String(minimum) : `${minimum} to ${maximum}`;
  const shown = best.candidate.demonstrations.length;
  const reason =
    stopped === "token-budget"
      ? "the token budget was used up before. Raise --budget-tokens."
      : "no prompt with as many fits. Allow a longer context or prompt, or ask for fewer.";
  return [`Not as asked: ${shown} shown, not ${range}, because ${reason}`];
}

function stepTable({ without, given, steps }: Demonstrated, width: number): string {
  const rows = [
    { change: "without demonstrations", scored: without, from: null },
    ...(given === null ? [] : [{ change: "as given", scored: given, from: null }]),
    ...steps.map((scored, index) => ({
      change: scored.operator,
      scored,
      from: steps[index - 1] ?? given ?? without,
    })),
  ];
  return renderTable(
    [
      { head: "change" },
      { head: "training loss", align: "right" },
      { head: "change of it", align: "right" },
      { head: "shown", align: "right" },
      { head: "examples" },
    ],
    rows.map(({ change, scored, from }) => [
      change,
      nats(scored.summary.loss),
      from === null ? "" : signedNats(scored.summary.loss - from.summary.loss),
      String(scored.candidate.demonstrations.length),
      clipped(
        scored.candidate.demonstrations.map(({ id }) => id).join(" "),
        Math.max(20, width - 70),
      ),
    ]),
  );
}

function shownLines({ best }: Demonstrated, width: number): readonly string[] {
  return best.candidate.demonstrations.map(
    ({ id, inputs, target }) =>
      `  ${clipped(`${id}: ${inputText(inputs)} → ${target}`, width - 2)}`,
  );
}
