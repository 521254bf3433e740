import type { Range } from "../core/estimate.ts";
import { duration, grouped, moneyText } from "./numbers.ts";
import type { RunSummary } from "./summary.ts";

export const ESTIMATE_HEAD: readonly string[] = ["", "expected", "range", "actual", "difference"];

/** Rows that hold what a run took against what was estimated of it; none of a run without estimate, or that is not finished. */
export function estimateRows(summary: RunSummary): readonly (readonly string[])[] {
  const { estimate, usage, seconds, money, verdict } = summary;
  if (estimate === null || verdict === null) return [];
  const row = (
    name: string,
    range: Range,
    actual: number,
    text: (value: number) => string,
  ): readonly string[] => [
    name,
    text(range.expected),
    `${text(range.least)} to ${text(range.most)}`,
    text(actual),
    deviation(range.expected, actual),
  ];
  return [
    row("tokens requested", estimate.requestedTokens, usage.requestedTokens, grouped),
    row("tokens evaluated", estimate.evaluatedTokens, usage.evaluatedTokens, grouped),
    row("tokens generated", estimate.generatedTokens, usage.generatedTokens, grouped),
    row("time", estimate.seconds, seconds, duration),
    ...(estimate.money === null || money === null
      ? []
      : [
          row("money", estimate.money.total, money.amount, (amount) =>
            moneyText(amount, money.currency),
          ),
        ]),
  ];
}

/** How far what happened lies above what was expected. */
function deviation(expected: number, actual: number): string {
  if (expected === 0) return "–";
  const share = (100 * (actual - expected)) / expected;
  return `${share < 0 ? "−" : "+"}${Math.abs(share).toFixed(0)} %`;
}
