import type { Example } from "../core/example.ts";
import type { ExampleLoss } from "../core/loss.ts";

/** The k examples with the highest loss, hardest first; the data's order decides among equals. */
export function hardestExamples(
  examples: readonly Example[],
  losses: readonly ExampleLoss[],
  k: number,
): readonly Example[] {
  const lossOf = new Map(losses.map(({ exampleId, loss }) => [exampleId, loss]));
  return [...examples]
    .sort((a, b) => (lossOf.get(b.id) ?? 0) - (lossOf.get(a.id) ?? 0))
    .slice(0, k);
}
