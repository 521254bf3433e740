/** Multi-class Brier score (Brier 1950) of one prediction: Σ_i (p_i − [i = right])², from 0 to 2. */
export function brierScore(probabilities: readonly number[], rightIndex: number): number {
  return probabilities.reduce(
    (sum, probability, index) => sum + (probability - (index === rightIndex ? 1 : 0)) ** 2,
    0,
  );
}

/** How sure a prediction was, from 0 to 1, and whether it was right. */
export interface Prediction {
  readonly confidence: number;
  readonly correct: boolean;
}

/** Equal-width bins, as Guo et al. 2017 have them in most of the field. */
const BINS = 10;

/**
 * Expected calibration error of at least one prediction: mean over 10 equal-width bins of the
 * confidence, weighted by their predictions, of |share of right ones − mean confidence|. A
 * confidence on a border belongs to the bin below it.
 */
export function expectedCalibrationError(predictions: readonly Prediction[]): number {
  if (predictions.length === 0) throw new RangeError("Expected at least one prediction");
  // Over all bins, |right − confidence| weighted by count is the sum of |Σ (right − confidence)|.
  const excess = Array.from({ length: BINS }, () => 0);
  for (const { confidence, correct } of predictions) {
    const bin = Math.min(BINS, Math.max(1, Math.ceil(confidence * BINS))) - 1;
    excess[bin] = (excess[bin] as number) + Number(correct) - confidence;
  }
  return excess.reduce((sum, each) => sum + Math.abs(each), 0) / predictions.length;
}
