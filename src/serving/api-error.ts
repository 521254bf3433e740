import type { ContentfulStatusCode } from "hono/utils/http-status";

/** A refusal in OpenAI's words: which field is meant, and why. */
export class ApiError extends Error {
  override readonly name: string = "ApiError";
  readonly status: ContentfulStatusCode;
  readonly type: string;
  /** The field of the request that is meant. */
  readonly param: string | null;
  readonly code: string | null;
  /** After this many seconds it may be tried again. */
  readonly retryAfterSeconds: number | null;

  constructor(
    status: ContentfulStatusCode,
    message: string,
    details: {
      readonly type?: string;
      readonly param?: string | null;
      readonly code?: string | null;
      readonly retryAfterSeconds?: number;
    } = {},
  ) {
    super(message);
    this.status = status;
    this.type = details.type ?? "invalid_request_error";
    this.param = details.param ?? null;
    this.code = details.code ?? null;
    this.retryAfterSeconds = details.retryAfterSeconds ?? null;
  }
}

/** A request that is wrong in one of its fields. */
export function invalidField(
  param: string,
  message: string,
  code: string = "invalid_value",
): ApiError {
  return new ApiError(400, `${param}: ${message}`, { param, code });
}

/** The body of OpenAI's errors. */
export function errorBody({ message, type, param, code }: ApiError): object {
  return { error: { message, type, param, code } };
}
