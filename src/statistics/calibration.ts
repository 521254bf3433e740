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

/** Predictions of about the same confidence. */
export interface CalibrationBin {
  readonly count: number;
  /** Means over the bin: how sure its predictions were, and how often they were right. */
  readonly confidence: number;
  readonly accuracy: number;
}

/** Equal-width bins, as Guo et al. 2017 have them in most of the field. */
const BINS = 10;

/** The bins (0, 0.1], … (0.9, 1] that hold predictions, the least sure first. */
export function calibrationBins(predictions: readonly Prediction[]): readonly CalibrationBin[] {
  const bins = Array.from({ length: BINS }, () => ({ count: 0, confidence: 0, correct: 0 }));
  for (const { confidence, correct } of predictions) {
    const bin = bins[
      Math.min(BINS, Math.max(1, Math.ceil(confidence * BINS))) - 1
    ] as (typeof bins)[0];
    bin.count++;
    bin.confidence += confidence;
    bin.correct += Number(correct);
  }
  return bins
    .filter(({ count }) => count > 0)
    .map(({ count, confidence, correct }) => ({
      count,
      confidence: confidence / count,
      accuracy: correct / count,
    }));
}

/**
 * How far confidence lies from the share of right answers, as the mean over bins weighted by
 * their predictions: 0 to 1, lower is better.
 */
export function expectedCalibrationError(predictions: readonly Prediction[]): number {
  if (predictions.length === 0) throw new RangeError("Expected at least one prediction");
  const excess = calibrationBins(predictions).reduce(
    (sum, { count, confidence, accuracy }) => sum + count * Math.abs(accuracy - confidence),
    0,
  );
  return excess / predictions.length;
}
