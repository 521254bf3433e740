import { normalQuantile } from "./normal.ts";
import { mcnemarExact } from "./paired.ts";

/** What a test shall find: two-sided at `alpha`, with probability `power`. */
export interface Detection {
  readonly alpha: number;
  readonly power: number;
}

export const USUAL_DETECTION: Detection = { alpha: 0.05, power: 0.8 };

/** The smallest true mean difference that is found, by the normal approximation; in the standard error's unit. */
export function minimumDetectableDifference(
  standardError: number,
  { alpha, power }: Detection = USUAL_DETECTION,
): number {
  return (normalQuantile(1 - alpha / 2) + normalQuantile(power)) * standardError;
}

/**
 * The smallest true difference of two mean grades from 0 to 1 that a test of signs finds on `count`
 * pairs. Null where none is found so often, or none at all: of n pairs the smallest p is 2^(1 − n).
 */
export function minimumDetectableGrade(
  count: number,
  standardError: number,
  detection: Detection = USUAL_DETECTION,
): number | null {
  const smallest = minimumDetectableDifference(standardError, detection);
  return 2 ** (1 - count) < detection.alpha && smallest <= 1 ? smallest : null;
}

/**
 * The smallest true difference of two accuracies that McNemar's exact test finds on `count` pairs,
 * in whole points, as a share. `discordance` is the share of pairs that only one of the two gets
 * right; a larger difference takes more of them. Null where none is found so often.
 */
export function minimumDetectableAccuracy(
  count: number,
  discordance: number,
  { alpha, power }: Detection = USUAL_DETECTION,
): number | null {
  const found = (points: number): boolean => {
    const difference = points / 100;
    return powerOf(count, Math.max(discordance, difference), difference, alpha) >= power;
  };
  if (!found(100)) return null;
  let [below, above] = [0, 100];
  while (above - below > 1) {
    const middle = (below + above) >> 1;
    if (found(middle)) above = middle;
    else below = middle;
  }
  return above / 100;
}

/** How often the test says so, where `discordance` of the pairs differ, in favour of the better by `difference`. */
function powerOf(count: number, discordance: number, difference: number, alpha: number): number {
  const share = (discordance + difference) / (2 * discordance);
  const logFactorials = cumulativeLogs(count);
  const probability = (n: number, k: number, p: number): number =>
    Math.exp(
      (logFactorials[n] as number) -
        (logFactorials[k] as number) -
        (logFactorials[n - k] as number) +
        times(k, Math.log(p)) +
        times(n - k, Math.log1p(-p)),
    );
  let power = 0;
  for (let discordant = 0; discordant <= count; discordant++) {
    const weight = probability(count, discordant, discordance);
    if (weight < NEGLIGIBLE) continue;
    // From all of them down, until the test no longer says so.
    for (let better = discordant; 2 * better > discordant; better--) {
      if (mcnemarExact(discordant - better, better) >= alpha) break;
      power += weight * probability(discordant, better, share);
    }
  }
  return power;
}

const NEGLIGIBLE = 1e-9;

/** What does not occur counts for nothing, however unlikely it was. */
function times(count: number, logProbability: number): number {
  return count === 0 ? 0 : count * logProbability;
}

/** log 0!, log 1!, … */
function cumulativeLogs(count: number): readonly number[] {
  const logs = [0];
  for (let n = 1; n <= count; n++) logs.push((logs[n - 1] as number) + Math.log(n));
  return logs;
}
