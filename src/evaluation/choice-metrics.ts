import type { ChoiceLoss, ChoiceMetrics, ExampleLoss } from "../core/loss.ts";
import { meanOf } from "../core/mean.ts";
import { expectedCalibrationError } from "../statistics/calibration.ts";

/** Margin, Brier score and calibration error of a prompt; null unless every example has a closed set of answers. */
export function choiceMetrics(losses: readonly ExampleLoss[]): ChoiceMetrics | null {
  const choices = choicesOf(losses);
  if (choices === null) return null;
  const mean = (of: (choice: ChoiceLoss) => number): number => meanOf(choices.map(of));
  return {
    margin: mean(({ margin }) => margin),
    brier: mean(({ brier }) => brier),
    calibrationError: expectedCalibrationError(choices),
  };
}

/** The choice of every example, or null where one has none. */
export function choicesOf(losses: readonly ExampleLoss[]): readonly ChoiceLoss[] | null {
  const choices = losses.flatMap(({ choice }) => (choice === undefined ? [] : [choice]));
  return choices.length === losses.length && losses.length > 0 ? choices : null;
}
