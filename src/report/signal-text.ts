import type { MeasuredSignal } from "../core/signal.ts";
import { pValueText } from "./numbers.ts";

const SIGNIFICANT = 0.05;

/** Whether the loss foretells accuracy, in one sentence or two. */
export function signalText({ foretells, signals }: MeasuredSignal): string {
  const [objective] = signals;
  const correlation = objective?.correlation ?? null;
  if (correlation === null) {
    return "Whether the loss foretells accuracy cannot be told: accuracy does not vary between these candidates. Test them on more examples (--limit).";
  }
  const numbers = `rank correlation ${correlationText(correlation)}, p ${pValueText(objective?.pValue ?? 1)}`;
  if (correlation > 0 && (objective?.pValue ?? 1) < SIGNIFICANT) {
    return `The loss misleads here: prompts with a lower loss answer worse (${numbers}). Trust the verdict, and take another objective.`;
  }
  return foretells
    ? `The loss foretells accuracy here: prompts with a lower loss answer better (${numbers}).`
    : `The loss does not foretell accuracy here beyond chance (${numbers}): trust the verdict, not the loss, and consider another objective.`;
}

/** A correlation with its sign, two digits; a dash where there is none. */
function correlationText(correlation: number | null): string {
  if (correlation === null) return "–";
  return `${correlation < 0 ? "−" : "+"}${Math.abs(correlation).toFixed(2)}`;
}

/** The table of the measured signals. */
export const SIGNAL_HEAD = [
  "signal on the training examples",
  "rank correlation with accuracy",
  "p",
] as const;

/** Its rows: how well each loss on the training examples goes with held-out accuracy. */
export function signalRows({ signals }: MeasuredSignal): readonly (readonly string[])[] {
  return signals.map(({ name, correlation, pValue }) => [
    name,
    correlationText(correlation),
    pValueText(pValue),
  ]);
}
