/** What one call of llama_decode may hold. */
export interface BatchLimits {
  readonly tokens: number;
  /** Tokens whose logits are computed. */
  readonly outputs: number;
}

/**
 * Cuts tokens, given by whether their logits are wanted, into batches and answers their sizes in order.
 *
 * Shares are equal instead of full batches and a small rest, because ggml's processor kernels sum
 * attention over fewer than 64 tokens in half precision.
 */
export function batchSizes(wanted: readonly boolean[], limits: BatchLimits): readonly number[] {
  const sizes: number[] = [];
  let start = 0;
  let outputsLeft = wanted.filter(Boolean).length;
  while (start < wanted.length) {
    const mostTokens = equalShare(wanted.length - start, limits.tokens);
    const mostOutputs = equalShare(outputsLeft, limits.outputs);
    let size = 0;
    let outputs = 0;
    while (size < mostTokens && start + size < wanted.length) {
      const isOutput = wanted[start + size] === true;
      if (isOutput && outputs === mostOutputs) break;
      if (isOutput) outputs++;
      size++;
    }
    sizes.push(size);
    start += size;
    outputsLeft -= outputs;
  }
  return sizes;
}

/** The largest of as few as possible, about equal parts of at most `limit`. */
function equalShare(total: number, limit: number): number {
  return total === 0 ? 0 : Math.ceil(total / Math.ceil(total / limit));
}
