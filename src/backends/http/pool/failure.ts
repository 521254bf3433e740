import { HttpError } from "../http-error.ts";

/**
 * What a failed request says of its endpoint. `gone`: nothing answers there; `slow`: it did not
 * answer in time; `busy`: it answers, and not this one now; null: it is the request that fails.
 */
export type Trouble = "gone" | "slow" | "busy" | null;

/** What to make of an error of one endpoint. */
export function troubleOf(error: unknown): Trouble {
  if (!(error instanceof HttpError) || !error.isRetryable) return null;
  if (error.code === "ENDPOINT_UNREACHABLE") return "gone";
  if (error.code === "ENDPOINT_TIMEOUT") return "slow";
  if (error.code === "ENDPOINT_BUSY") return "busy";
  // A gateway answers for a server that does not; a server's own failure may be of this request.
  return Number.isFinite(error.retries) ? "busy" : "gone";
}

/** The error of a pool where nothing answers any more. */
export function noneAnswers(reasons: readonly string[]): HttpError {
  const lines = reasons.map((reason) => `\n  ${reason}`);
  return new HttpError({
    code: "ENDPOINT_UNREACHABLE",
    message: `None of the ${reasons.length} endpoints answers:${lines.join("")}`,
    hint: "Are the servers running, and are these their addresses?",
    retries: 0,
  });
}
