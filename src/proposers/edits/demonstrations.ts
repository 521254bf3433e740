import type { Demonstration, Example } from "../../core/example.ts";
import type { ProposalContext, Proposer } from "../../core/proposal.ts";
import type { Random } from "../../core/random.ts";
import { exchanges, removals, type Shown, unshown } from "../../optimizer/demonstration-moves.ts";
import { editProposer } from "./edit-proposer.ts";
import { pickForHardCases } from "./hard-case-weights.ts";

/**
 * Changes the demonstrations: a fresh sample of any size, or one step from those shown, which adds,
 * leaves out, replaces or exchanges. What is added is rather like the hard cases. Only examples set
 * aside for it are shown.
 */
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

/** What variations are drawn from. */
interface Material {
  readonly shown: Shown;
  readonly pool: Shown;
  readonly hardCases: readonly Example[];
  readonly size: number;
  readonly random: Random;
}

type Variation = (material: Material) => Shown;

const fresh: Variation = ({ pool, size, random }) => balancedSample(pool, size, random);
const add: Variation = (material) => [...material.shown, another(material)];
const remove: Variation = ({ shown, random }) => random.pick(removals(shown));
const replace: Variation = (material) =>
  material.shown.with(material.random.integer(material.shown.length), another(material));
const exchange: Variation = ({ shown, random }) => random.pick(exchanges(shown));
const reorder: Variation = ({ shown, random }) => random.shuffle(shown);

function another({ shown, pool, hardCases, random }: Material): Demonstration {
  return pickForHardCases(unshown(pool, shown), hardCases, random);
}

/** One changed list, or null when the drawn change leaves the allowed numbers. */
function variation({ task, incumbent, hardCases, random }: ProposalContext): Shown | null {
  const pool = task.data.demonstrations.map(toDemonstration);
  const shown = incumbent.candidate.demonstrations;
  const { minimum, maximum } = task.search.demonstrations;
  const largest = Math.min(maximum, pool.length);
  const sizes = [...new Set([minimum, 1, 2, 4, 8, 16, largest])].filter(
    (size) => size >= Math.max(1, minimum) && size <= largest,
  );
  if (sizes.length === 0) return null;
  const spare = unshown(pool, shown).length > 0;
  const possible: readonly Variation[] = [
    fresh,
    fresh,
    ...(shown.length < largest && spare ? [add] : []),
    ...(shown.length > minimum && shown.length > 0 ? [remove] : []),
    ...(shown.length > 0 && spare ? [replace] : []),
    ...(shown.length > 1 ? [exchange] : []),
    ...(shown.length > 2 ? [reorder] : []),
  ];
  return random.pick(possible)({ shown, pool, hardCases, size: random.pick(sizes), random });
}

function toDemonstration({ id, inputs, target }: Example): Demonstration {
  return { id, inputs, target };
}

/** Answers take turns, so that no answer dominates a small sample; the order is random. */
function balancedSample(pool: Shown, size: number, random: Random): Shown {
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
