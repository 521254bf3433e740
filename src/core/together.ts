/** Does several things at once and answers in their order; the first failure ends what is left of them. */
export async function together<T, R>(
  items: readonly T[],
  work: (item: T, signal: AbortSignal) => Promise<R>,
  signal?: AbortSignal,
): Promise<readonly R[]> {
  const rest = new AbortController();
  const either = signal === undefined ? rest.signal : AbortSignal.any([rest.signal, signal]);
  try {
    return await Promise.all(items.map((item) => work(item, either)));
  } catch (error) {
    rest.abort(error);
    throw error;
  }
}
