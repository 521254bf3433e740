/** Shares of the largest safe stake that are bet at the same time; their mean is what counts. */
const STAKES = [0.5, 0.95];

/**
 * How strongly the differences seen so far speak against "the total over the whole list is at most
 * 0", as the logarithm of an e-value: under that hypothesis it ever reaches log(1/α) with
 * probability at most α, however often one looks (Ville). Exact for any list of numbers: the only
 * randomness is the order, in which the list is drawn without replacement (betting as in
 * Waudby-Smith and Ramdas 2020). Infinite once the total cannot be at most 0 any more.
 *
 * @param seen the first differences of the list, in an order drawn at random
 * @param largestFalls for each place of the list, how far below 0 the difference there or at any
 *   later place can lie at most; from 0 up. Its length is the list's.
 */
export function logEvidenceAboveZero(
  seen: readonly number[],
  largestFalls: readonly number[],
): number {
  const logWealth = STAKES.map(() => 0);
  let sum = 0;
  for (const [place, difference] of seen.entries()) {
    const remaining = largestFalls.length - place;
    // Under the hypothesis, what is left must bring the total down to 0.
    const expected = -sum / remaining;
    const room = (largestFalls[place] as number) + expected;
    if (room < 0) return Infinity;
    STAKES.forEach((stake, index) => {
      const rate = room === 0 ? 0 : stake / room;
      logWealth[index] = (logWealth[index] as number) + Math.log1p(rate * (difference - expected));
    });
    sum += difference;
  }
  const left = largestFalls.length - seen.length;
  const lowest = left === 0 ? 0 : left * (largestFalls[seen.length] as number);
  if (sum > lowest) return Infinity;
  const largest = Math.max(...logWealth);
  const total = logWealth.reduce((all, each) => all + Math.exp(each - largest), 0);
  return largest + Math.log(total / STAKES.length);
}
