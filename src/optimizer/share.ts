import type { Random } from "../core/random.ts";
import type { OperatorRecord } from "../core/run-state.ts";

/**
 * Shares the candidates of an iteration among the operators: each of which nothing was tried yet
 * gets one first (who had no idea may have one now), the rest are drawn in proportion to how often
 * an operator's candidates beat the incumbent, with a prior of one success in two trials so that
 * bad luck is never final.
 */
export function shareSlots(
  operators: readonly string[],
  records: Readonly<Record<string, OperatorRecord>>,
  slots: number,
  random: Random,
): ReadonlyMap<string, number> {
  const shares = new Map<string, number>();
  const give = (operator: string): void => {
    shares.set(operator, (shares.get(operator) ?? 0) + 1);
  };
  const untried = random.shuffle(
    operators.filter((operator) => (records[operator]?.tried ?? 0) === 0),
  );
  untried.slice(0, slots).forEach(give);
  const weights = operators.map((operator) => successRate(records[operator]));
  for (let slot = untried.length; slot < slots && operators.length > 0; slot++) {
    give(operators[drawIndex(weights, random)] as string);
  }
  return shares;
}

/** Acceptance counts as a second success: it is what moves the run. */
function successRate(record: OperatorRecord | undefined): number {
  const { tried, better, accepted } = record ?? { tried: 0, better: 0, accepted: 0 };
  return (better + accepted + 1) / (tried + accepted + 2);
}

function drawIndex(weights: readonly number[], random: Random): number {
  let remaining = random.float() * weights.reduce((sum, weight) => sum + weight, 0);
  const drawn = weights.findIndex((weight) => (remaining -= weight) < 0);
  return drawn < 0 ? weights.length - 1 : drawn;
}
