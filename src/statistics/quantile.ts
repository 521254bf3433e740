/** The quantile of values in ascending order, interpolated between neighbours (R's type 7). */
export function quantileOfSorted(sorted: ArrayLike<number>, probability: number): number {
  if (sorted.length === 0) throw new RangeError("Expected at least one value");
  if (!(probability >= 0 && probability <= 1)) {
    throw new RangeError(`Expected a probability between 0 and 1, got ${probability}`);
  }
  const place = (sorted.length - 1) * probability;
  const below = sorted[Math.floor(place)] ?? Number.NaN;
  const above = sorted[Math.ceil(place)] ?? Number.NaN;
  return below + (above - below) * (place - Math.floor(place));
}
