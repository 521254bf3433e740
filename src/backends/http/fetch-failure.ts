/**
 * The innermost cause of a failed fetch, which alone says what happened. What the network did has a
 * code; a request that is never sent has none.
 */
export function reasonOf(error: unknown): {
  readonly code: string | null;
  readonly reason: string;
} {
  let inner = error;
  let code = codeOf(error);
  while (inner instanceof Error && inner.cause instanceof Error) {
    inner = inner.cause;
    code = codeOf(inner) ?? code;
  }
  // A name with several addresses fails with one error for each.
  if (inner instanceof AggregateError && inner.errors.length > 0) inner = inner.errors[0];
  code = codeOf(inner) ?? code;
  if (!(inner instanceof Error)) return { code, reason: String(inner) };
  return { code, reason: inner.message || (code ?? inner.name) };
}

function codeOf(error: unknown): string | null {
  return error instanceof Error && "code" in error && typeof error.code === "string"
    ? error.code
    : null;
}
