import { drawWeight, type ExampleLoss } from "../core/loss.ts";
import { meanOf } from "../core/mean.ts";
import type { Random } from "../core/random.ts";
import type { Racing } from "../core/task.ts";
import { logEvidenceAboveZero } from "../statistics/finite-total.ts";

/** The order in which the candidates of an iteration meet the examples. */
export interface RaceOrder<Example> {
  readonly examples: readonly Example[];
  /** In proportion to these each was drawn from those left. */
  readonly weights: readonly number[];
}

/** A prompt that is scored on all examples, to be raced against. */
export interface Leader {
  readonly id: string;
  /** On all examples, in racing order. */
  readonly losses: readonly number[];
}

/**
 * Draws examples by the incumbent's losses, hard ones sooner: there a candidate has most to win
 * back, so that one who does not is seen through early.
 */
export function drawOrder<Example>(
  examples: readonly Example[],
  lossOf: (example: Example) => number,
  random: Random,
): RaceOrder<Example> {
  const mean = meanOf(examples.map(lossOf));
  const weightOf = (example: Example): number => drawWeight(lossOf(example), mean);
  const order = random.shuffleByWeight(examples, weightOf);
  return { examples: order, weights: order.map(weightOf) };
}

/** Small blocks use the hardware badly, large ones notice late that a candidate has lost. */
const GROWTH = 1.4;

/**
 * How many examples have been scored at each look: the first block, then two fifths more each time.
 * What would be left over as less than half a block is part of the last one.
 */
export function looks(
  examples: number,
  { firstBlock }: Pick<Racing, "firstBlock">,
): readonly number[] {
  const counts: number[] = [];
  const isWorthALook = (count: number): boolean => examples - count >= (count * (GROWTH - 1)) / 2;
  for (let count = firstBlock; isWorthALook(count); count = Math.ceil(count * GROWTH)) {
    counts.push(count);
  }
  return [...counts, examples];
}

/**
 * The logarithm of the evidence that a candidate does not better the leader by the smallest gain:
 * that its mean loss on all examples is above the leader's without that share. No loss of the kinds
 * that are raced is below 0.
 */
export function evidenceAgainst(
  seen: readonly ExampleLoss[],
  { losses }: Leader,
  { weights }: Pick<RaceOrder<unknown>, "weights">,
  { smallestGain }: Pick<Racing, "smallestGain">,
): number {
  const toBeat = losses.map((loss) => (1 - smallestGain) * loss);
  const differences = seen.map(({ loss }, index) => loss - (toBeat[index] as number));
  return logEvidenceAboveZero(differences, { weights, falls: toBeat });
}

/** Whether that is enough to drop the candidate. */
export function isBeaten(logEvidence: number, { error }: Racing): boolean {
  return logEvidence >= -Math.log(error);
}
