/** Shares of the largest safe stake that are bet at the same time; their mean is what counts. */
const STAKES = [0.5, 0.95];

/** What is known beforehand of a list of differences, place by place in the order in which it was drawn. */
export interface DrawnList {
  /** In proportion to these, above 0, each place was drawn from what was left. */
  readonly weights: readonly number[];
  /** How far below 0 the difference can lie at most; from 0 up. */
  readonly falls: readonly number[];
}

/**
 * How strongly the differences seen so far speak against "the total over the whole list is at most
 * 0", as the logarithm of an e-value: under that hypothesis it ever reaches log(1/α) with
 * probability at most α, however often one looks (Ville). Exact for any list of numbers: the only
 * randomness is the order, in which the list is drawn without replacement (betting as in
 * Waudby-Smith and Ramdas 2020, with differences per weight because weights decide who is drawn).
 * Infinite once the total cannot be at most 0 any more.
 *
 * @param seen the first differences of the list
 */
export function logEvidenceAboveZero(seen: readonly number[], drawn: DrawnList): number {
  const left = whatIsLeft(drawn);
  const logWealth = STAKES.map(() => 0);
  let sum = 0;
  for (const [place, difference] of seen.entries()) {
    const { weight, largestFall } = left[place] as Left;
    // Under the hypothesis, what is left must bring the total down to 0.
    const expected = -sum / weight;
    const room = largestFall + expected;
    if (room < 0) return Infinity;
    const gain = difference / (drawn.weights[place] as number) - expected;
    STAKES.forEach((stake, index) => {
      const rate = room === 0 ? 0 : stake / room;
      logWealth[index] = (logWealth[index] as number) + Math.log1p(rate * gain);
    });
    sum += difference;
  }
  if (sum > (left[seen.length] as Left).fall) return Infinity;
  const largest = Math.max(...logWealth);
  const total = logWealth.reduce((all, each) => all + Math.exp(each - largest), 0);
  return largest + Math.log(total / STAKES.length);
}

/** What a list still holds from a place on. */
interface Left {
  /** Total. */
  readonly weight: number;
  /** Total. */
  readonly fall: number;
  /** Largest one per weight. */
  readonly largestFall: number;
}

/** For each place of the list, and for its end. */
function whatIsLeft({ weights, falls }: DrawnList): readonly Left[] {
  const left: Left[] = [{ weight: 0, fall: 0, largestFall: 0 }];
  for (let place = falls.length - 1; place >= 0; place--) {
    const [weight, fall] = [weights[place] as number, falls[place] as number];
    const after = left.at(-1) as Left;
    left.push({
      weight: after.weight + weight,
      fall: after.fall + fall,
      largestFall: Math.max(after.largestFall, fall / weight),
    });
  }
  return left.toReversed();
}
