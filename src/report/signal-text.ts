import { type MeasuredSignal, signalFinding } from "../core/signal.ts";
import { pValueText } from "./numbers.ts";

/** Whether the loss foretells accuracy, in one sentence or two. */
export function signalText(signal: MeasuredSignal): string {
  const [objective] = signal.signals;
  const numbers = `rank correlation ${correlationText(objective?.correlation ?? null)}, p ${pValueText(objective?.pValue ?? 1)}`;
  switch (signalFinding(signal)) {
    case "foretells":
      return `The loss foretells accuracy here: prompts with a lower loss answer better (${numbers}).`;
    case "misleads":
      return `The loss misleads here: prompts with a lower loss answer worse (${numbers}). Trust the verdict, and take another objective.`;
    case "chance":
      return `The loss does not foretell accuracy here beyond chance (${numbers}): trust the verdict, not the loss, and consider another objective.`;
    case "too-few":
      return `Whether the loss foretells accuracy cannot be told from ${signal.candidates.length} candidates (${numbers}): so few may be in that order by chance, a dozen is better.`;
    case "unknown":
      return "Whether the loss foretells accuracy cannot be told: accuracy does not vary between these candidates. Test them on more examples (--limit).";
  }
}

/** Whether following the loss leads nowhere; not where it leads on, or nothing can be told. */
export function signalWarns(signal: MeasuredSignal): boolean {
  const finding = signalFinding(signal);
  return finding === "chance" || finding === "misleads";
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
