/**
 * Exact two-sided McNemar test: how likely the counts are at least this uneven when an example
 * that only one of two prompts answers correctly is as often the first's as the second's.
 */
export function mcnemarExact(onlyFirstCorrect: number, onlySecondCorrect: number): number {
  for (const count of [onlyFirstCorrect, onlySecondCorrect]) {
    if (!Number.isInteger(count) || count < 0) {
      throw new RangeError(`Expected a whole number from 0 up, got ${count}`);
    }
  }
  const discordant = onlyFirstCorrect + onlySecondCorrect;
  const fewer = Math.min(onlyFirstCorrect, onlySecondCorrect);
  // In logarithms, because 2⁻ⁿ is 0 in double precision from n = 1075 up.
  let logTerm = -discordant * Math.LN2;
  let tail = Math.exp(logTerm);
  for (let count = 1; count <= fewer; count++) {
    logTerm += Math.log((discordant - count + 1) / count);
    tail += Math.exp(logTerm);
  }
  return Math.min(1, 2 * tail);
}

/**
 * Two-sided p of paired differences of a score: the exact McNemar test where each is a whole example won
 * or lost, else the sign-flip test.
 */
export function pairedTest(differences: readonly number[], options: SignFlipOptions): number {
  const count = (difference: number): number =>
    differences.filter((each) => each === difference).length;
  return differences.every((difference) => [-1, 0, 1].includes(difference))
    ? mcnemarExact(count(-1), count(1))
    : signFlipTest(differences, options);
}

export interface SignFlipOptions {
  /** Random sign patterns where there are too many to try all; default 10 000. */
  readonly resamples?: number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/** Up to this many differences that are not 0, all sign patterns are tried: 65 536 at most. */
const EXACT_UP_TO = 16;

/**
 * Two-sided p of the paired sign-flip permutation test on the mean: exact for up to 16 differences
 * that are not 0, else from random sign patterns, counting the observed one.
 */
export function signFlipTest(
  differences: readonly number[],
  { resamples = 10_000, random }: SignFlipOptions,
): number {
  const sizes = differences.map(Math.abs).filter((size) => size !== 0);
  // Patterns that tie with the observed one must not be lost to the order of a sum.
  const slack = 1e-12 * sizes.reduce((sum, size) => sum + size, 0);
  const observed = Math.abs(differences.reduce((sum, difference) => sum + difference, 0)) - slack;
  const isExtreme = (isNegative: (index: number) => boolean): boolean =>
    Math.abs(sizes.reduce((sum, size, index) => sum + (isNegative(index) ? -size : size), 0)) >=
    observed;
  const exact = sizes.length <= EXACT_UP_TO;
  const patterns = exact ? 2 ** sizes.length : resamples;
  let extreme = 0;
  for (let pattern = 0; pattern < patterns; pattern++) {
    const isNegative = exact
      ? (index: number): boolean => ((pattern >> index) & 1) === 1
      : (): boolean => random() < 0.5;
    if (isExtreme(isNegative)) extreme++;
  }
  return exact ? extreme / patterns : (extreme + 1) / (resamples + 1);
}
