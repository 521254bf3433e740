import type { Config } from "../config/config.ts";
import type { RunEstimate } from "../core/estimate.ts";
import type { Prices } from "../core/prices.ts";
import type { MeasuredSignal } from "../core/signal.ts";
import { readRunEstimate } from "../store/estimate-file.ts";
import { readRunSignal } from "../store/signal-file.ts";

/** What is known of a run beside its log. */
export interface BesideRun {
  /** Made before the run; null where none was. */
  readonly estimate: RunEstimate | null;
  /** Measured after the run; null where it was not. */
  readonly signal: MeasuredSignal | null;
  readonly prices: Prices | null;
}

/** Reads what lies beside the log of a run with these settings. */
export function readBesideRun(folder: string, { prices }: Pick<Config, "prices">): BesideRun {
  return { estimate: readRunEstimate(folder), signal: readRunSignal(folder), prices };
}
