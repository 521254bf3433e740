/** log Σ exp(value) over at least one value, without overflow; nats in, nats out. */
export function logSumExp(values: readonly number[]): number {
  const largest = Math.max(...values);
  return largest + Math.log(values.reduce((sum, value) => sum + Math.exp(value - largest), 0));
}
