import type { ExampleLoss } from "../core/loss.ts";
import { meanOf } from "../core/mean.ts";
import type { PairedDifference, RunStarted } from "../core/run-event.ts";
import { type ScoringMode, scoringMode } from "../core/scoring-mode.ts";
import { meanInterval } from "../statistics/student.ts";
import { type ExampleRow, trainingRows } from "./example-rows.ts";

/** A prompt written by hand beside the candidate that it was made from, on the training examples. */
export interface HandScore {
  readonly mode: ScoringMode;
  readonly baseId: string;
  /** Mean losses. */
  readonly baseLoss: number;
  readonly handLoss: number;
  /** Hand − base, example by example; below 0 the hand's is better. */
  readonly difference: PairedDifference;
  /** Examples on which the hand's loss is lower, and on which it is higher. */
  readonly better: number;
  readonly worse: number;
  /** `start` is the base, `best` the prompt by hand. */
  readonly rows: readonly ExampleRow[];
}

/** Sets the losses of both beside each other; each has one per training example, in their order. */
export function handScore(
  started: Pick<RunStarted, "examples" | "objective">,
  baseId: string,
  base: readonly ExampleLoss[],
  hand: readonly ExampleLoss[],
): HandScore {
  const changes = hand.map(({ loss }, index) => loss - (base[index] as ExampleLoss).loss);
  const { mean, interval } = meanInterval(changes);
  return {
    mode: scoringMode(started.objective),
    baseId,
    baseLoss: meanLoss(base),
    handLoss: meanLoss(hand),
    difference: { difference: mean, interval },
    better: changes.filter((change) => change < 0).length,
    worse: changes.filter((change) => change > 0).length,
    rows: trainingRows(started, { losses: base }, { losses: hand }, []),
  };
}

function meanLoss(losses: readonly ExampleLoss[]): number {
  return meanOf(losses.map(({ loss }) => loss));
}
