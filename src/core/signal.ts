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
  /** Whether a lower objective goes with better answers beyond chance. */
  readonly foretells: boolean;
  /** By training loss. */
  readonly candidates: readonly TestedCandidate[];
}
