import type { StopReason, TestResult, VerdictReached } from "../core/run-event.ts";
import { lossUnit } from "./loss-unit.ts";
import { counted, percent } from "./numbers.ts";
import { signalText, signalWarns } from "./signal-text.ts";
import type { RunSummary } from "./summary.ts";

type Facts = Omit<RunSummary, "headline">;

/** What a run comes to, for those who read one sentence. */
export interface Headline {
  readonly tone: "good" | "bad" | "open";
  /** The same in a word or two. */
  readonly badge: string;
  readonly text: string;
  /** What to do next. */
  readonly next: string;
}

/** Says in one sentence what came of the run, and in another what to do. */
export function headlineOf(
  summary: Facts,
  verdict: VerdictReached | null,
  projectFlag: string,
): Headline {
  if (verdict === null) return unfinished(summary, projectFlag);
  const [before, after] = [verdict.start, verdict.best].map((tested) =>
    accuracyOf(tested, verdict),
  );
  const signal =
    summary.signal === null
      ? `Whether the loss foretells accuracy on this task: pmpo signal ${summary.id}${projectFlag}`
      : signalText(summary.signal);
  const examples = `${isGraded(verdict) ? "in mean score" : "right"} on ${counted(summary.examples.test, "held-out example")}`;
  switch (verdict.finding) {
    case "better":
      return {
        tone: "good",
        badge: "Better",
        text: `The new prompt is better: from ${before} to ${after} ${examples}.`,
        next: "Take the best prompt: best.txt holds its instruction, best.json the whole of it.",
      };
    case "worse":
      return {
        tone: "bad",
        badge: "Worse",
        text: `The new prompt is worse: from ${before} to ${after} ${examples}.`,
        next:
          summary.mode === "accuracy"
            ? "Keep the start prompt, and give more training examples: what few of them say is soon chance."
            : `Keep the start prompt. ${signal}`,
      };
    case "same-prompt":
      return {
        tone: "open",
        badge: "No change",
        text: `Nothing beat the start prompt, which has ${before} ${examples}.`,
        next: "Keep it, or see how much prompts can do here at all: pmpo headroom",
      };
    case "no-evidence":
      return {
        tone: "open",
        badge: "No proof",
        text: `No proof that the new prompt is better: from ${before} to ${after} ${examples}.`,
        next: nextWithoutProof(verdict, summary, signal),
      };
  }
}

function unfinished({ id, start, best, mode }: Facts, projectFlag: string): Headline {
  const { name, text } = lossUnit(mode);
  return {
    tone: "open",
    badge: "Not finished",
    text: `Not finished yet: training ${name} ${text(start.training.loss)} → ${text(best.training.loss)} so far.`,
    next: `Go on with the run: pmpo resume ${id}${projectFlag}`,
  };
}

function nextWithoutProof(
  { loss, accuracy }: VerdictReached,
  { signal, stopReason }: Facts,
  signalAdvice: string,
): string {
  if (loss.interval[1] < 0 && accuracy.difference <= 0) {
    return `The answers became likelier, but not right more often. ${signalAdvice}`;
  }
  if (signal !== null && signalWarns(signal)) return signalAdvice;
  return `Give more held-out examples, which find smaller differences${LONGER[stopReason ?? "nothing-to-try"]}`;
}

/** How to let a search go on that ended for that reason. */
const LONGER: Readonly<Record<StopReason, string>> = {
  iterations: ", or search longer: optimizer.maxIterations",
  patience: ", or wait longer for a better prompt: optimizer.patience",
  "token-budget": ", or search longer: a larger token budget",
  "time-budget": ", or search longer: a larger time budget",
  "nothing-to-try": "",
};

function accuracyOf({ accuracy, choiceAccuracy }: TestResult, { measure }: VerdictReached): string {
  return percent(measure === "accuracy" ? accuracy : choiceAccuracy);
}

/** Whether answers may be half right. */
function isGraded({ measure, start, best }: VerdictReached): boolean {
  const scores = [...start.answers, ...best.answers].map(({ score }) => score);
  return measure === "accuracy" && scores.some((score) => score !== 0 && score !== 1);
}
