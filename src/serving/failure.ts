import { messageOf, PmpoError } from "../core/errors.ts";
import { ApiError } from "./api-error.ts";

/** Refusals of the model that the request is to blame for, with the field that is meant. */
const REQUEST_ERRORS: Readonly<Record<string, string>> = {
  CHAT_TEMPLATE_REFUSES: "messages",
  CHAT_TEMPLATE_REWRITES: "messages",
  CHAT_TEMPLATE_MARKS: "messages",
  CHAT_TEMPLATE_BROKEN: "messages",
};

/** What servers note where nobody waits for the answer any more. */
const CLIENT_GONE = 408;

/** Whether it is the server that failed, and not the request that was wrong or came too early. */
export function isOwnFailure({ status }: ApiError): boolean {
  return status >= 500 && status !== 503;
}

/** Anything that was thrown as what a client is told. */
export function apiErrorOf(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  const param = error instanceof PmpoError ? REQUEST_ERRORS[error.code] : undefined;
  if (param !== undefined) {
    const code = (error as PmpoError).code.toLowerCase();
    return new ApiError(400, `${param}: ${messageOf(error)}`, { param, code });
  }
  const code = error instanceof PmpoError ? error.code.toLowerCase() : null;
  if (error instanceof PmpoError && error.kind === "interrupted") {
    return new ApiError(CLIENT_GONE, messageOf(error), { code });
  }
  return new ApiError(500, messageOf(error), { type: "server_error", code });
}
