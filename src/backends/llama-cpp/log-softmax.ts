/**
 * Natural logarithm of the sum of exponentials of `logits[start .. start + size)`, in double
 * precision and without overflow: log p(token) = logits[token] − logSumExp.
 */
export function logSumExp(logits: Float32Array, start: number, size: number): number {
  let largest = -Infinity;
  const end = start + size;
  for (let index = start; index < end; index++) {
    const value = logits[index] as number;
    if (value > largest) largest = value;
  }
  let sum = 0;
  for (let index = start; index < end; index++)
    sum += Math.exp((logits[index] as number) - largest);
  return largest + Math.log(sum);
}
