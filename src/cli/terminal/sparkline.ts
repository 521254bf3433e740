const BARS = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"] as const;

/** Values as a row of bars between their lowest and highest; equal values are all low. */
export function sparkline(values: readonly number[]): string {
  const lowest = Math.min(...values);
  const range = Math.max(...values) - lowest;
  return values
    .map((value) => {
      const level = range === 0 ? 0 : Math.round(((value - lowest) / range) * (BARS.length - 1));
      return BARS[level] ?? BARS[0];
    })
    .join("");
}
