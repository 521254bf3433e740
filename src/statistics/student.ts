import { meanAndStandardError } from "./interval.ts";

/** P(|T| ≤ t) for Student's T with so many degrees of freedom, from 1 up (Abramowitz and Stegun 26.7.3 and 26.7.4). */
export function studentWithin(t: number, degrees: number): number {
  const angle = Math.atan(t / Math.sqrt(degrees));
  const square = Math.cos(angle) ** 2;
  const isOdd = degrees % 2 === 1;
  let term = isOdd ? Math.cos(angle) : 1;
  let sum = 0;
  for (let power = isOdd ? 1 : 0; power <= degrees - 2; power += 2) {
    sum += term;
    term *= (square * (power + 1)) / (power + 2);
  }
  return isOdd ? (2 / Math.PI) * (angle + Math.sin(angle) * sum) : Math.sin(angle) * sum;
}

/** How many standard errors an interval of that confidence reaches to each side of a mean, with so many degrees of freedom. */
export function studentReach(degrees: number, confidence: number = 0.95): number {
  if (!Number.isInteger(degrees) || degrees < 1) {
    throw new RangeError(`Expected whole degrees of freedom from 1 up, got ${degrees}`);
  }
  let [low, high] = [0, 1];
  while (studentWithin(high, degrees) < confidence) [low, high] = [high, high * 2];
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (studentWithin(middle, degrees) < confidence) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** The mean of at least one value with its 95 % interval by Student's distribution; of a single value that value alone. */
export function meanInterval(values: readonly number[]): {
  readonly mean: number;
  readonly interval: readonly [low: number, high: number];
} {
  const { mean, standardError } = meanAndStandardError(values);
  const reach = values.length === 1 ? 0 : studentReach(values.length - 1) * standardError;
  return { mean, interval: [mean - reach, mean + reach] };
}
