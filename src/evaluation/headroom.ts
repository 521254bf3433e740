import { meanOf } from "../core/mean.ts";
import type { Random } from "../core/random.ts";
import { meanAndStandardError } from "../statistics/interval.ts";
import { quantileOfSorted } from "../statistics/quantile.ts";

/** What a handful of varied prompts tells about the gain that a search may find. All in nats. */
export interface Headroom {
  /** Mean loss of the start prompt. */
  readonly startLoss: number;
  /** Mean loss of the prompt that is best on the same examples: flattered by having been picked on them. */
  readonly bestLoss: number;
  /** Standard deviation of the prompts' mean losses. */
  readonly spread: number;
  /** Standard error of a typical prompt's mean difference from the start: what chance alone moves. */
  readonly noise: number;
  /**
   * Fall in loss from start to the prompt that is picked as best, measured on examples it was not
   * picked on; with its 95 % interval.
   */
  readonly gain: number;
  readonly gainInterval: readonly [low: number, high: number];
}

const RESAMPLES = 1000;

/**
 * Headroom from the losses of prompts on the same examples, the start prompt first: examples are
 * drawn with replacement, the best prompt is picked on them, and its gain is measured on the
 * examples that were not drawn (out-of-bag bootstrap).
 */
export function headroomOf(losses: readonly (readonly number[])[], random: Random): Headroom {
  const [start] = losses;
  if (start === undefined || losses.length < 2 || start.length < 2) {
    throw new RangeError("Headroom needs two prompts or more on two examples or more");
  }
  const means = losses.map((own) => meanOf(own));
  const noises = losses
    .slice(1)
    .map((own) => meanAndStandardError(own.map((loss, index) => loss - (start[index] as number))))
    .map(({ standardError }) => standardError)
    .sort((a, b) => a - b);
  const gains: number[] = [];
  while (gains.length < RESAMPLES) {
    const gain = outOfBagGain(losses, random);
    if (gain !== null) gains.push(gain);
  }
  const sorted = gains.toSorted((a, b) => a - b);
  return {
    startLoss: means[0] as number,
    bestLoss: Math.min(...means),
    spread: Math.sqrt(meanOf(means.map((value) => (value - meanOf(means)) ** 2))),
    noise: quantileOfSorted(noises, 0.5),
    gain: meanOf(gains),
    gainInterval: [quantileOfSorted(sorted, 0.025), quantileOfSorted(sorted, 0.975)],
  };
}

function outOfBagGain(losses: readonly (readonly number[])[], random: Random): number | null {
  const count = losses[0]?.length ?? 0;
  const drawn = Array.from({ length: count }, () => random.integer(count));
  const seen = new Set(drawn);
  const held = Array.from({ length: count }, (_, index) => index).filter(
    (index) => !seen.has(index),
  );
  if (held.length === 0) return null;
  const meanAt = (own: readonly number[], places: readonly number[]): number =>
    meanOf(places.map((place) => own[place] as number));
  const onDrawn = losses.map((own) => meanAt(own, drawn));
  const best = losses[onDrawn.indexOf(Math.min(...onDrawn))] as readonly number[];
  return meanAt(losses[0] as readonly number[], held) - meanAt(best, held);
}
