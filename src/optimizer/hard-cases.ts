import type { Example } from "../core/example.ts";
import type { ExampleLoss } from "../core/loss.ts";
import type { Random } from "../core/random.ts";

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

/** k examples that were not answered right, the worst first; chance decides among equals, of which there are many. */
export function wrongExamples(
  examples: readonly Example[],
  losses: readonly ExampleLoss[],
  k: number,
  random: Random,
): readonly Example[] {
  const lossOf = new Map(losses.map(({ exampleId, loss }) => [exampleId, loss]));
  const wrong = examples.filter(({ id }) => (lossOf.get(id) ?? 0) > 0);
  return hardestExamples(random.shuffle(wrong), losses, k);
}
