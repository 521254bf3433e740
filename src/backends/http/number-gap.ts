/** Mean distance of log-probabilities of the same tokens, in nats, up to which they are of one model. */
export const MEAN_TOLERANCE = 0.05;
/** The same for each token: what is unlikely is far less exact in half precision. */
export const TOKEN_TOLERANCE = 0.5;

/** How far log-probabilities of the same tokens are apart, in nats. */
export interface NumberGap {
  readonly mean: number;
  readonly largest: number;
}

/** The distance between two lists of the same length; NaN where one is shorter. */
export function numberGap(first: readonly number[], other: readonly number[]): NumberGap {
  const gaps = first.map((number, index) => Math.abs(number - (other[index] ?? Number.NaN)));
  return {
    mean: gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length,
    largest: Math.max(...gaps),
  };
}

/** Whether two lists may be of one model. */
export function isOneModel({ mean, largest }: NumberGap): boolean {
  return mean <= MEAN_TOLERANCE && largest <= TOKEN_TOLERANCE;
}
