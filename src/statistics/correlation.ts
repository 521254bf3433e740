/** Pearson's correlation of two equally long lists; null where one of them does not vary. */
export function pearson(first: readonly number[], second: readonly number[]): number | null {
  if (first.length !== second.length) {
    throw new RangeError(`Expected lists of one length, got ${first.length} and ${second.length}`);
  }
  const a = centred(first);
  const b = centred(second);
  const spread = Math.hypot(...a) * Math.hypot(...b);
  if (!(spread > 0)) return null;
  const product = a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0);
  return Math.min(1, Math.max(-1, product / spread));
}

/** Spearman's rank correlation, ties ranked by their average; null where a list does not vary. */
export function spearman(first: readonly number[], second: readonly number[]): number | null {
  return pearson(averageRanks(first), averageRanks(second));
}

/**
 * Two-sided p of a rank correlation: the share of random pairings that are correlated as strongly,
 * the observed one counted. 1 where a list does not vary.
 */
export function spearmanTest(
  first: readonly number[],
  second: readonly number[],
  {
    resamples = 10_000,
    shuffle,
  }: {
    readonly resamples?: number;
    readonly shuffle: (values: readonly number[]) => readonly number[];
  },
): number {
  const observed = spearman(first, second);
  if (observed === null) return 1;
  const ranks = [averageRanks(first), averageRanks(second)] as const;
  let asStrong = 1;
  for (let resample = 0; resample < resamples; resample++) {
    const correlation = pearson(ranks[0], shuffle(ranks[1])) ?? 0;
    if (Math.abs(correlation) >= Math.abs(observed) - 1e-12) asStrong++;
  }
  return asStrong / (resamples + 1);
}

/** The rank of each value from 1 up; equal values share the average of their ranks. */
export function averageRanks(values: readonly number[]): readonly number[] {
  const order = values.map((_, index) => index);
  const valueAt = (place: number): number | undefined => values[order[place] ?? -1];
  order.sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
  const ranks = Array.from(values, () => 0);
  for (let start = 0; start < order.length;) {
    let end = start + 1;
    while (end < order.length && valueAt(end) === valueAt(start)) end++;
    for (const index of order.slice(start, end)) ranks[index] = (start + 1 + end) / 2;
    start = end;
  }
  return ranks;
}

/** Distances from the mean; all exactly 0 where the values are equal. */
function centred(values: readonly number[]): readonly number[] {
  const [first = 0] = values;
  const distances = values.map((value) => value - first);
  const mean = distances.reduce((sum, distance) => sum + distance, 0) / values.length;
  return distances.map((distance) => distance - mean);
}
