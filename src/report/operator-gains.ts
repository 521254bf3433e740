import type { RunEvent } from "../core/run-event.ts";
import type { OperatorRecord } from "../core/run-state.ts";
import type { CandidateView } from "./candidate-views.ts";

/** What an operator brought and what it cost. */
export interface OperatorGain extends OperatorRecord {
  readonly operator: string;
  /** By how much its accepted candidates lowered the training loss, nats. */
  readonly gain: number;
  /** Tokens evaluated for having its ideas and scoring them. */
  readonly tokens: number;
  /** Nats; null where no token was evaluated. */
  readonly gainPerThousandTokens: number | null;
}

/** One for each operator, in the order of the records. */
export function operatorGains(
  records: readonly (OperatorRecord & { readonly operator: string })[],
  events: readonly RunEvent[],
  candidates: readonly CandidateView[],
): readonly OperatorGain[] {
  const tokens = new Map<string, number>();
  for (const event of events) {
    if (!("operator" in event)) continue;
    tokens.set(event.operator, (tokens.get(event.operator) ?? 0) + event.usage.evaluatedTokens);
  }
  const gains = gainsByOperator(candidates);
  return records.map((record) => {
    const gain = gains.get(record.operator) ?? 0;
    const spent = tokens.get(record.operator) ?? 0;
    const gainPerThousandTokens = spent === 0 ? null : (1000 * gain) / spent;
    return { ...record, gain, tokens: spent, gainPerThousandTokens };
  });
}

/** Each accepted candidate against the incumbent before it. */
function gainsByOperator(candidates: readonly CandidateView[]): ReadonlyMap<string, number> {
  const gains = new Map<string, number>();
  const accepted = candidates.filter(({ isAccepted }) => isAccepted);
  accepted.forEach(({ operator, loss }, index) => {
    const before = accepted[index - 1];
    if (before !== undefined) gains.set(operator, (gains.get(operator) ?? 0) + before.loss - loss);
  });
  return gains;
}
