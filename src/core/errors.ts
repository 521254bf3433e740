/** Who can act on a failure. Each kind has its own exit code in the command line. */
export type ErrorKind = "usage" | "model" | "data" | "interrupted" | "bug";

/** The base of every error that pmpo throws on purpose: what happened, where, and what to do. */
export class PmpoError extends Error {
  override readonly name: string = "PmpoError";
  readonly kind: ErrorKind;
  /** Stable, upper-case, for programs: `DATA_FIELD_MISSING`. */
  readonly code: string;
  /** What the reader can do about it. */
  readonly hint: string | undefined;

  constructor(
    kind: ErrorKind,
    code: string,
    message: string,
    options: { readonly hint?: string; readonly cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.kind = kind;
    this.code = code;
    this.hint = options.hint;
  }
}

/** A wrong flag, path or configuration value. */
export function usageError(code: string, message: string, hint?: string): PmpoError {
  return new PmpoError("usage", code, message, hint === undefined ? {} : { hint });
}

/** A row, field or file of the user's data that cannot be used. */
export function dataError(code: string, message: string, hint?: string): PmpoError {
  return new PmpoError("data", code, message, hint === undefined ? {} : { hint });
}

/** A model that cannot be found, loaded or asked. */
export function modelError(
  code: string,
  message: string,
  options: { readonly hint?: string; readonly cause?: unknown } = {},
): PmpoError {
  return new PmpoError("model", code, message, options);
}

/** Work that was stopped by a signal. */
export function interruptedError(): PmpoError {
  return new PmpoError("interrupted", "INTERRUPTED", "The work was interrupted");
}

/** A prompt with its answer that is longer than the model's context. */
export function contextOverflow(
  id: string,
  promptTokens: number,
  answerTokens: number,
  limit: number,
): PmpoError {
  return modelError(
    "CONTEXT_OVERFLOW",
    `${id}: ${promptTokens} prompt tokens and ${answerTokens} answer tokens do not fit the context of ${limit}`,
    {
      hint: "Shorten the example, use fewer demonstrations, or raise --context-tokens if the model allows it.",
    },
  );
}

/** A plain text for a model that takes conversations alone. */
export function chatOnly(): PmpoError {
  return modelError("CHAT_ONLY", "This model takes conversations alone, and no plain text", {
    hint: "Use another layout than `plain`, or `api: completions-stepwise`.",
  });
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
