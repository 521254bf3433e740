import type { Estimated } from "../core/model.ts";
import { grouped } from "./numbers.ts";

/** How much of what was scored is estimated, in one sentence. */
export function boundsText({ tokens, bounded }: Estimated): string {
  return bounded === 0
    ? `estimated from lists of likely tokens; all ${grouped(tokens)} tokens of the answers were listed, none has a bound`
    : `estimated from lists of likely tokens; ${grouped(bounded)} of ${grouped(tokens)} tokens of the answers were not listed and have a bound: their true loss is higher`;
}
