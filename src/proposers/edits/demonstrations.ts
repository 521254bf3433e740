import type { Demonstration, Example } from "../../core/example.ts";
import type { ProposalContext, Proposer } from "../../core/proposal.ts";
import type { Random } from "../../core/random.ts";
import { editProposer } from "./edit-proposer.ts";

/** Changes the demonstrations: their number, choice and order. Only examples set aside for it are shown. */
export const changeDemonstrations: Proposer = editProposer({
  operator: "demonstrations",
  applies: (task) =>
    task.search.demonstrations.maximum > task.search.demonstrations.minimum ||
    task.search.demonstrations.maximum > 0,
  ideas: (context, count) => {
    const tries = Array.from({ length: 3 * count }, () => variation(context));
    return tries
      .filter((demonstrations) => demonstrations !== null)
      .map((demonstrations) => ({ ...context.incumbent.candidate, demonstrations }));
  },
});

type Variation = (
  shown: readonly Demonstration[],
  pool: readonly Demonstration[],
  random: Random,
  size: number,
) => readonly Demonstration[];

const fresh: Variation = (_shown, pool, random, size) => balancedSample(pool, size, random);
const add: Variation = (shown, pool, random) => [...shown, random.pick(without(pool, shown))];
const remove: Variation = (shown, _pool, random) =>
  shown.toSpliced(random.integer(shown.length), 1);
const replace: Variation = (shown, pool, random) =>
  shown.with(random.integer(shown.length), random.pick(without(pool, shown)));
const reorder: Variation = (shown, _pool, random) => random.shuffle(shown);

/** One changed list, or null when the drawn change leaves the allowed numbers. */
function variation({ task, incumbent, random }: ProposalContext): readonly Demonstration[] | null {
  const pool = task.data.demonstrations.map(toDemonstration);
  const shown = incumbent.candidate.demonstrations;
  const { minimum, maximum } = task.search.demonstrations;
  const largest = Math.min(maximum, pool.length);
  const sizes = [...new Set([minimum, 1, 2, 4, 8, 16, largest])].filter(
    (size) => size >= Math.max(1, minimum) && size <= largest,
  );
  if (sizes.length === 0) return null;
  const spare = without(pool, shown).length > 0;
  const possible: readonly Variation[] = [
    fresh,
    fresh,
    ...(shown.length < largest && spare ? [add] : []),
    ...(shown.length > minimum && shown.length > 0 ? [remove] : []),
    ...(shown.length > 0 && spare ? [replace] : []),
    ...(shown.length > 1 ? [reorder] : []),
  ];
  return random.pick(possible)(shown, pool, random, random.pick(sizes));
}

function toDemonstration({ id, inputs, target }: Example): Demonstration {
  return { id, inputs, target };
}

function without(
  pool: readonly Demonstration[],
  shown: readonly Demonstration[],
): readonly Demonstration[] {
  const ids = new Set(shown.map(({ id }) => id));
  return pool.filter(({ id }) => !ids.has(id));
}

/** Answers take turns, so that no answer dominates a small sample; the order is random. */
function balancedSample(
  pool: readonly Demonstration[],
  size: number,
  random: Random,
): readonly Demonstration[] {
  const byTarget = new Map<string, Demonstration[]>();
  for (const demonstration of random.shuffle(pool)) {
    const queue = byTarget.get(demonstration.target) ?? [];
    byTarget.set(demonstration.target, [...queue, demonstration]);
  }
  const queues = random.shuffle([...byTarget.values()]);
  const sample: Demonstration[] = [];
  for (let round = 0; sample.length < Math.min(size, pool.length); round++) {
    for (const queue of queues) {
      const next = queue[round];
      if (next !== undefined && sample.length < size) sample.push(next);
    }
  }
  return random.shuffle(sample);
}
