import type { LossSummary } from "../core/loss.ts";
import type { ScoringMode } from "../core/scoring-mode.ts";
import { lossText, nats, percent, points, signedNats } from "./numbers.ts";

/** How losses are shown: in nats, or as the accuracy that they leave. */
export interface LossUnit {
  readonly name: "loss" | "accuracy";
  /** With its unit, as heads of tables and axes have it. */
  readonly label: string;
  readonly text: (loss: number) => string;
  /** What a loss that changed by so much means, with its sign. */
  readonly change: (difference: number) => string;
  /** Of a gain or a spread, without its sign unless it is below 0. */
  readonly amount: (size: number) => string;
  /** Of changes. */
  readonly unit: "nats" | "points";
  /** Which way is up on a chart. */
  readonly better: "lower" | "higher";
}

const NATS: LossUnit = {
  name: "loss",
  label: "loss, nats",
  text: nats,
  change: signedNats,
  amount: nats,
  unit: "nats",
  better: "lower",
};

const ACCURACY: LossUnit = {
  name: "accuracy",
  label: "accuracy, %",
  text: (loss) => percent(1 - loss),
  change: (difference) => points(-difference),
  amount: (size) => points(size).replace("+", ""),
  unit: "points",
  better: "higher",
};

export function lossUnit(mode: ScoringMode): LossUnit {
  return mode === "accuracy" ? ACCURACY : NATS;
}

/** What has to be said of everything that was found without log-probabilities; null with them. */
export function modeNote(mode: ScoringMode): string | null {
  return mode === "accuracy"
    ? "Accuracy mode: no log-probabilities. Prompts are told apart by grades of the answers that the model writes, in steps of one example, and no part of a prompt is measured by itself."
    : null;
}

/** How good a prompt is, with the name of what says so: `loss 1.234`, `accuracy 62.5 %`. */
export function scoreText(summary: LossSummary): string {
  const { loss, likelihood } = summary;
  return likelihood === null ? `accuracy ${ACCURACY.text(loss)}` : `loss ${lossText(summary)}`;
}
