import type { ExampleLoss } from "../core/loss.ts";
import type { Racing } from "../core/task.ts";
import { logEvidenceAboveZero } from "../statistics/finite-total.ts";

/** A prompt that is scored on all examples, to be raced against. */
export interface Leader {
  readonly id: string;
  /** On all examples, in racing order. */
  readonly losses: readonly number[];
}

/** Small blocks use the hardware badly, large ones notice late that a candidate has lost. */
const GROWTH = 1.4;

/** How many examples have been scored at each look: the first block, then two fifths more each time. */
export function looks(
  examples: number,
  { firstBlock }: Pick<Racing, "firstBlock">,
): readonly number[] {
  const counts: number[] = [];
  for (let count = firstBlock; count < examples; count = Math.ceil(count * GROWTH)) {
    counts.push(count);
  }
  return [...counts, examples];
}

/**
 * The logarithm of the evidence that a candidate does not better the leader by the smallest gain:
 * that its mean loss on all examples is above the leader's without that share.
 */
export function evidenceAgainst(
  seen: readonly ExampleLoss[],
  { losses }: Leader,
  { smallestGain }: Pick<Racing, "smallestGain">,
): number {
  const toBeat = losses.map((loss) => (1 - smallestGain) * loss);
  const differences = seen.map(({ loss }, index) => loss - (toBeat[index] as number));
  return logEvidenceAboveZero(differences, largestFalls(toBeat));
}

/** Whether that is enough to drop the candidate. */
export function isBeaten(logEvidence: number, { error }: Racing): boolean {
  return logEvidence >= -Math.log(error);
}

/**
 * How far below what is to beat a loss can lie at most, on the example at each place or any later one.
 * No loss of the kinds that are raced is below 0.
 */
function largestFalls(losses: readonly number[]): readonly number[] {
  const falls = Array.from(losses, () => 0);
  let largest = 0;
  for (let place = losses.length - 1; place >= 0; place--) {
    largest = Math.max(largest, losses[place] as number);
    falls[place] = largest;
  }
  return falls;
}
