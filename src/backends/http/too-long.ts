import type { PmpoError } from "../../core/errors.ts";

const TOO_LONG =
  /`inputs` .{0,40}must (have less than|be <=)|failed to compute ce_loss|context.{0,20}(length|window|limit)|maximum context|(prompt|input|request).{0,40}too (long|large|many tokens)|exceeds? the maximum number of tokens/i;

/** Whether a service refused a request because it does not fit the model's context. */
export function isTooLong({ code, message }: PmpoError): boolean {
  return (code === "ENDPOINT_REFUSED" || code === "ENDPOINT_TOO_LARGE") && TOO_LONG.test(message);
}
