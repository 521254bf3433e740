import { constantText } from "./choice-rows.ts";
import { signalText, signalWarns } from "./signal-text.ts";
import type { RunSummary } from "./summary.ts";

/** What readers of a result have to know before they trust it, a sentence or two each. */
export function warningsOf({
  verdict,
  signal,
}: Pick<RunSummary, "verdict" | "signal">): readonly string[] {
  return [
    ...(verdict?.constant == null ? [] : [constantText(verdict.constant)]),
    ...(signal !== null && signalWarns(signal) ? [signalText(signal)] : []),
  ];
}
