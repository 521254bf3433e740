import { normalQuantile } from "./normal.ts";

/**
 * The smallest true mean difference that a two-sided test at `alpha` finds with probability
 * `power`, by the normal approximation; in the differences' unit.
 */
export function minimumDetectableDifference(
  standardError: number,
  { alpha = 0.05, power = 0.8 }: { readonly alpha?: number; readonly power?: number } = {},
): number {
  return (normalQuantile(1 - alpha / 2) + normalQuantile(power)) * standardError;
}
