import type { ExampleLoss } from "../core/loss.ts";
import { quantileOfSorted } from "../statistics/quantile.ts";

/** An example whose known answer may be wrong: it stays hard under nearly every prompt. */
export interface LabelSuspect {
  readonly exampleId: string;
  /** Share of the prompts under which it is among the hardest tenth. */
  readonly hardShare: number;
  /** The lowest loss that any prompt gave it, nats. */
  readonly lowestLoss: number;
  /** What most prompts took for the answer instead, where answers form a closed set. */
  readonly pickedInstead: string | null;
}

const HARDEST = 0.9;
const HARD_UNDER = 0.75;
/** Fewer prompts or examples say nothing about an example. */
const FEWEST_PROMPTS = 5;
const FEWEST_EXAMPLES = 10;

/**
 * Finds suspects from the losses of several prompts; the hardest first. Prompts that were left early
 * count on the examples that they were scored on: the harder ones, so that they accuse less.
 */
export function labelSuspects(
  scored: readonly (readonly ExampleLoss[])[],
): readonly LabelSuspect[] {
  const prompts = scored.filter((losses) => losses.length >= FEWEST_EXAMPLES);
  const bounds = prompts.map((losses) =>
    quantileOfSorted(
      losses.map(({ loss }) => loss).sort((a, b) => a - b),
      HARDEST,
    ),
  );
  const byExample = new Map<string, ExampleLoss[]>();
  const hardCount = new Map<string, number>();
  prompts.forEach((losses, prompt) => {
    for (const loss of losses) {
      const known = byExample.get(loss.exampleId);
      if (known === undefined) byExample.set(loss.exampleId, [loss]);
      else known.push(loss);
      if (loss.loss > (bounds[prompt] as number) && isWrong(loss)) {
        hardCount.set(loss.exampleId, (hardCount.get(loss.exampleId) ?? 0) + 1);
      }
    }
  });
  return [...byExample]
    .filter(([, losses]) => losses.length >= FEWEST_PROMPTS)
    .map(([exampleId, losses]) => ({
      exampleId,
      hardShare: (hardCount.get(exampleId) ?? 0) / losses.length,
      lowestLoss: Math.min(...losses.map(({ loss }) => loss)),
      pickedInstead: mostPicked(losses),
    }))
    .filter(({ hardShare }) => hardShare >= HARD_UNDER)
    .sort((a, b) => b.hardShare - a.hardShare || b.lowestLoss - a.lowestLoss);
}

/** Where answers form a closed set, one that is picked rightly accuses nobody. */
function isWrong({ choice }: ExampleLoss): boolean {
  return choice === undefined || !choice.correct;
}

function mostPicked(losses: readonly ExampleLoss[]): string | null {
  const counts = new Map<string, number>();
  for (const { choice } of losses) {
    if (choice !== undefined && !choice.correct) {
      counts.set(choice.picked, (counts.get(choice.picked) ?? 0) + 1);
    }
  }
  const [most] = [...counts].sort(([, a], [, b]) => b - a);
  return most === undefined || most[1] < losses.length / 2 ? null : most[0];
}
