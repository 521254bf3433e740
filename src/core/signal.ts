import type { Measure } from "./measure.ts";

/** A candidate of a run with what it does on held-out examples. */
export interface TestedCandidate {
  readonly id: string;
  readonly operator: string;
  readonly layout: string;
  readonly demonstrations: number;
  readonly instruction: string;
  /** Means, nats. */
  readonly trainingLoss: number;
  readonly testLoss: number;
  readonly accuracy: number;
}

/** How well one number on the training examples foretells held-out accuracy. */
export interface SignalStrength {
  readonly name: "objective" | "cross-entropy" | "format loss" | "decision loss";
  /** Spearman's rank correlation with accuracy; below 0 where a lower loss goes with better answers. Null: nothing varies. */
  readonly correlation: number | null;
  /** Two-sided, by permutation. */
  readonly pValue: number;
}

/** Whether the loss of a run foretells what its prompts are good for. */
export interface MeasuredSignal {
  readonly measure: Measure;
  /** Held-out examples that every candidate was tested on. */
  readonly examples: number;
  /** The objective's first. */
  readonly signals: readonly SignalStrength[];
  /** By training loss. */
  readonly candidates: readonly TestedCandidate[];
}

/**
 * What the objective's correlation with accuracy allows to say: beyond chance a lower one goes with
 * better answers, or with worse ones; or it is chance; or accuracy does not vary, or the candidates
 * are too few, and nothing can be said.
 */
export type SignalFinding = "foretells" | "misleads" | "chance" | "unknown" | "too-few";

const SIGNIFICANT = 0.05;
/** Of fewer, no order is rarer by chance than one in twenty: both orders of four are two in twenty-four. */
export const FEWEST_TO_TELL = 5;
/** Of fewer, all but an almost perfect order may be chance: what does not show may be there. */
const FEWEST_TO_DENY = 12;

/** Draws the conclusion. */
export function signalFinding({ signals: [objective], candidates }: MeasuredSignal): SignalFinding {
  if (objective === undefined || objective.correlation === null) return "unknown";
  if (candidates.length < FEWEST_TO_TELL) return "too-few";
  if (objective.pValue >= SIGNIFICANT) {
    return candidates.length < FEWEST_TO_DENY ? "too-few" : "chance";
  }
  return objective.correlation < 0 ? "foretells" : "misleads";
}
