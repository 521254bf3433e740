import type { RunSummary } from "./summary.ts";
import { counted, nats, percent } from "./numbers.ts";

/** What a run comes to, for those who read one sentence. */
export interface Headline {
  readonly tone: "good" | "bad" | "open";
  readonly text: string;
  /** What to do next. */
  readonly next: string;
}

/** Says in one sentence what came of the run, and in another what to do. */
export function headlineOf(summary: RunSummary): Headline {
  const { verdict, id, start, best } = summary;
  if (verdict === null) return unfinished(summary);
  const [before, after] = [accuracyOf(start, verdict.measure), accuracyOf(best, verdict.measure)];
  const examples = `on ${counted(summary.examples.test, "held-out example")}`;
  switch (verdict.finding) {
    case "better":
      return {
        tone: "good",
        text: `The new prompt is better: from ${before} to ${after} right ${examples}.`,
        next: "Take the best prompt: best.txt holds its instruction, best.json the whole of it.",
      };
    case "worse":
      return {
        tone: "bad",
        text: `The new prompt is worse: from ${before} to ${after} right ${examples}.`,
        next: `Keep the start prompt. Whether the loss foretells accuracy on this task: pmpo signal ${id}`,
      };
    case "same-prompt":
      return {
        tone: "open",
        text: `Nothing beat the start prompt, which has ${before} right ${examples}.`,
        next: "Keep it, or see how much prompts can do here at all: pmpo headroom",
      };
    case "no-evidence":
      return {
        tone: "open",
        text: `No proof that the new prompt is better: from ${before} to ${after} right ${examples}.`,
        next: nextWithoutProof(summary),
      };
  }
}

function unfinished({ id, start, best }: RunSummary): Headline {
  return {
    tone: "open",
    text: `Not finished yet: training loss ${nats(start.training.loss)} → ${nats(best.training.loss)} so far.`,
    next: `Go on with the run: pmpo resume ${id}`,
  };
}

function nextWithoutProof({ id, verdict }: RunSummary): string {
  const lossFell = verdict !== null && verdict.lossInterval[1] < 0;
  return lossFell
    ? `The answers became likelier, but not right more often. Whether the loss foretells accuracy here: pmpo signal ${id}`
    : "Give more held-out examples, which find smaller differences, or search longer: optimizer.maxIterations";
}

function accuracyOf(
  { test }: RunSummary["start"],
  measure: "accuracy" | "choice-accuracy",
): string {
  return percent((measure === "accuracy" ? test?.accuracy : test?.choiceAccuracy) ?? null);
}
