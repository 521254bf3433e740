import type { Finding, TestResult } from "../core/run-event.ts";
import { accuracyOf, type Comparison } from "./compare-results.ts";

const SIGNIFICANT = 0.05;

/**
 * Better or worse only where both tests agree: with few changed answers the bootstrap is too sure
 * of itself, and the exact test is not.
 */
export function findingOf(
  comparison: Pick<Comparison, "accuracy" | "pValue">,
  start: TestResult,
  best: TestResult,
): Finding {
  if (start.candidateId === best.candidateId) return "same-prompt";
  const { accuracy, pValue } = comparison;
  if (pValue < SIGNIFICANT && accuracy.interval[0] > 0) return "better";
  if (pValue < SIGNIFICANT && accuracy.interval[1] < 0) return "worse";
  return "no-evidence";
}

/** The verdict in one to three plain sentences; `sample` says what the examples are, such as "held-out". */
export function verdictText(
  finding: Finding,
  comparison: Comparison,
  start: TestResult,
  best: TestResult,
  sample: "held-out" | "given" = "held-out",
): string {
  const { measure, accuracy, pValue, minimumDetectable } = comparison;
  const count = start.answers.length;
  const before = percent(accuracyOf(start, measure));
  const name = measure === "accuracy" ? "accuracy" : "accuracy by choice";
  const subject = sample === "held-out" ? `held-out ${name}` : name;
  if (finding === "same-prompt") {
    return `No evidence of improvement: no candidate was taken over the start prompt, which answers ${before} of ${count} ${sample} examples (${name}).`;
  }
  const numbers = `${subject} ${before} → ${percent(accuracyOf(best, measure))} on ${count} examples (difference ${points(accuracy.difference)}, 95 % interval ${points(accuracy.interval[0])} to ${points(accuracy.interval[1])}, p ${pText(pValue)})`;
  const aboutLoss = isGraded(start) ? "" : lossText(finding, comparison, sample);
  switch (finding) {
    case "better":
      return `Better: ${numbers}.${aboutLoss}${shortenedText(best)}`;
    case "worse":
      return `Worse: ${numbers}.${sample === "held-out" ? " Keep the start prompt." : ""}${aboutLoss}${shortenedText(best)}`;
    case "no-evidence":
      return `No evidence of improvement: ${numbers}.${disagreementText(accuracy.interval)}${aboutLoss}${detectableText(minimumDetectable, count)}${shortenedText(best)}`;
  }
}

function disagreementText([low, high]: readonly [number, number]): string {
  return low > 0 || high < 0
    ? " The interval leaves zero out, but the test of the changed answers is not below 0.05."
    : "";
}

/** Whether losses are grades of the same answers, of which there is nothing else to say. */
function isGraded({ answers }: TestResult): boolean {
  return answers.some(({ loss }) => loss.answer !== undefined);
}

/** Where loss and accuracy do not go together, in one sentence; a loss has changed where its interval leaves zero out. */
function lossText(
  finding: Finding,
  { measure, accuracy, loss }: Comparison,
  sample: "held-out" | "given",
): string {
  const [low, high] = loss.interval;
  const subject = sample === "held-out" ? "The held-out loss" : "The loss";
  const name = measure === "accuracy" ? "accuracy" : "accuracy by choice";
  const check = `the loss may not foretell ${name} here, which \`pmpo signal\` tests on a run`;
  if (finding === "better") return low > 0 ? ` ${subject} rose all the same: ${check}.` : "";
  if (high >= 0) return "";
  if (accuracy.difference > 0) {
    return ` ${subject} fell, but not enough answers changed with it.`;
  }
  const change = accuracy.difference < 0 ? "became worse" : "did not rise";
  return ` ${subject} fell, but ${name} ${change}: ${check}.`;
}

function detectableText(minimumDetectable: number | null, count: number): string {
  if (minimumDetectable === null) {
    return ` ${count} examples are too few: whatever the true difference, it would show in fewer than four of five cases.`;
  }
  return minimumDetectable > 0
    ? ` With ${count} examples, a true difference of ${Math.ceil(100 * minimumDetectable)} points would be found in four of five cases; a smaller one needs more examples.`
    : "";
}

function shortenedText({ shortenedIds }: TestResult): string {
  return shortenedIds.length === 0
    ? ""
    : ` ${shortenedIds.length} of them did not fit the context and were answered with fewer demonstrations.`;
}

function pText(pValue: number): string {
  return pValue < 0.001 ? "< 0.001" : `= ${pValue.toFixed(3)}`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function points(difference: number): string {
  const sign = difference < 0 ? "−" : "+";
  return `${sign}${Math.abs(100 * difference).toFixed(1)} points`;
}
