import type { RowToken } from "../report/example-rows.ts";

/** Neighbouring tokens of an answer that changed about as much. */
export interface TintedSpan {
  readonly text: string;
  /** Likelier or less likely, and how much so from 1 to 3; `inert` where it hardly changed. */
  readonly tint: string;
}

/** From which change on a token is tinted, and more so: a tenth, twice and ten times as likely, in nats. */
const STRENGTHS = [0.1, Math.LN2, Math.LN10] as const;

const END_SIGN = "⏎";

/** An answer as spans of one tint each, in order; what ends it is a sign of its own. */
export function tintedSpans(tokens: readonly RowToken[]): readonly TintedSpan[] {
  const spans: TintedSpan[] = [];
  for (const { text, start, best } of tokens) {
    const [tint, shown] = [tintOf(best - start), text ?? END_SIGN];
    const last = spans.at(-1);
    if (last?.tint === tint) spans[spans.length - 1] = { tint, text: last.text + shown };
    else spans.push({ tint, text: shown });
  }
  return spans;
}

function tintOf(change: number): string {
  const strength = STRENGTHS.filter((from) => Math.abs(change) >= from).length;
  return strength === 0 ? "inert" : `${change > 0 ? "helps" : "hurts"}-${strength}`;
}
