import { normalProbability, normalQuantile } from "./normal.ts";
import { quantileOfSorted } from "./quantile.ts";

/** A mean, and how far it may be off. */
export interface MeanEstimate {
  readonly mean: number;
  /** Standard deviation (n − 1) over √n; 0 for a single value, whose spread nobody knows. */
  readonly standardError: number;
}

/** The mean of at least one value with its standard error. */
export function meanAndStandardError(values: readonly number[]): MeanEstimate {
  const mean = meanOf(values);
  if (values.length === 1) return { mean, standardError: 0 };
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, standardError: Math.sqrt(squares / (values.length - 1) / values.length) };
}

export interface BootstrapOptions {
  /** Default 0.95. */
  readonly confidence?: number;
  /** Default 10 000. */
  readonly resamples?: number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

export interface BootstrapInterval {
  readonly mean: number;
  readonly interval: readonly [low: number, high: number];
}

/**
 * The mean of paired differences with its BCa bootstrap interval (bias-corrected and accelerated,
 * Efron 1987). One difference, or equal ones, give that point: resampling cannot show a spread
 * that the values do not have, so such an interval is no proof.
 */
export function pairedBootstrap(
  differences: readonly number[],
  { confidence = 0.95, resamples = 10_000, random }: BootstrapOptions,
): BootstrapInterval {
  if (!(confidence > 0 && confidence < 1)) {
    throw new RangeError(`Expected a confidence between 0 and 1, got ${confidence}`);
  }
  if (!Number.isInteger(resamples) || resamples < 1) {
    throw new RangeError(`Expected a whole number of resamples from 1 up, got ${resamples}`);
  }
  const mean = meanOf(differences);
  if (differences.every((difference) => difference === differences[0])) {
    return { mean, interval: [mean, mean] };
  }
  const means = resampledMeans(differences, resamples, random);
  const bias = normalQuantile(shareBelow(means, mean));
  const acceleration = accelerationOf(differences, mean);
  const bound = (probability: number): number => {
    const shifted = bias + normalQuantile(probability);
    // Skewness beyond what the correction can carry means the outermost resample.
    const stretch = Math.max(1 - acceleration * shifted, 1e-9);
    const level = normalProbability(bias + shifted / stretch);
    return quantileOfSorted(means, level);
  };
  return { mean, interval: [bound((1 - confidence) / 2), bound((1 + confidence) / 2)] };
}

/** The mean of at least one value, with the rounding of its sum put right. */
function meanOf(values: readonly number[]): number {
  const [first] = values;
  if (first === undefined) throw new RangeError("Expected at least one value");
  // Measured from the first value, equal values give exactly that value.
  return first + values.reduce((sum, value) => sum + (value - first), 0) / values.length;
}

function resampledMeans(
  values: readonly number[],
  resamples: number,
  random: () => number,
): Float64Array {
  const means = new Float64Array(resamples);
  for (let resample = 0; resample < resamples; resample++) {
    let sum = 0;
    for (let draw = 0; draw < values.length; draw++) {
      sum += values[Math.floor(random() * values.length)] ?? 0;
    }
    means[resample] = sum / values.length;
  }
  return means.sort();
}

/** Ties count half; never 0 or 1, for which the correction would be infinite. */
function shareBelow(means: Float64Array, value: number): number {
  const slack = 1e-12 * Math.max(Math.abs(means[0] ?? 0), Math.abs(means.at(-1) ?? 0));
  let below = 0;
  for (const mean of means) {
    if (Math.abs(mean - value) <= slack) below += 0.5;
    else if (mean < value) below += 1;
  }
  return Math.min(Math.max(below, 0.5), means.length - 0.5) / means.length;
}

/** A sixth of the skewness of the mean: the jackknife's acceleration in closed form. */
function accelerationOf(values: readonly number[], mean: number): number {
  const distances = values.map((value) => value - mean);
  // Divided by the largest, cubes of tiny numbers do not vanish.
  const largest = distances.reduce((most, distance) => Math.max(most, Math.abs(distance)), 0);
  if (largest === 0) return 0;
  let squares = 0;
  let cubes = 0;
  for (const distance of distances) {
    squares += (distance / largest) ** 2;
    cubes += (distance / largest) ** 3;
  }
  return cubes / (6 * squares ** 1.5);
}
