import { modelError, PmpoError } from "../../../core/errors.ts";
import type { ScoreRequest } from "../../../core/model.ts";
import { isTooLong } from "../too-long.ts";

/** What fits is guessed here and known at the server: its refusal is one of that prompt, not of all work. */
export function lengthRefusal({ id }: Pick<ScoreRequest, "id">, error: unknown): unknown {
  if (!(error instanceof PmpoError) || !isTooLong(error)) return error;
  return modelError("CONTEXT_OVERFLOW", `${id} does not fit the context: ${error.message}`, {
    hint: "Shorten the example, or use fewer demonstrations.",
  });
}
