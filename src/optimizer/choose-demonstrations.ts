import type { ScoredCandidate } from "../core/run-state.ts";
import type { SearchSpace } from "../core/task.ts";
import { improvements, isAboveRounding } from "./acceptance.ts";
import { additions, exchanges, removals, replacements, type Shown } from "./demonstration-moves.ts";
import type { Trials } from "./trials.ts";

/** Which demonstrations may be shown, and how many of them. */
export interface DemonstrationChoice {
  readonly pool: Shown;
  readonly count: SearchSpace["demonstrations"];
  readonly trials: Trials;
}

type DemonstrationOperator = "add" | "remove" | "replace" | "exchange";

/** What the choice came to. */
export interface ChosenDemonstrations {
  readonly best: ScoredCandidate;
  /** What each kept change led to, in order; `operator` says which it was. */
  readonly steps: readonly ScoredCandidate[];
  /** `no-better`: no single change lowers the loss any more. */
  readonly stopped: "no-better" | "token-budget";
}

/**
 * Demonstrations for a prompt by its mean training loss. Greedy first: whichever is best next to
 * the input is added, for as long as that lowers the loss or fewer are shown than must be. Then
 * one change at a time, until none lowers the loss: two places exchanged, another one in the place
 * of one, or one left out; after each of them one more may help again.
 */
export async function chooseDemonstrations(
  choice: DemonstrationChoice,
  start: ScoredCandidate,
): Promise<ChosenDemonstrations> {
  const steps: ScoredCandidate[] = [];
  for (let step = await nextStep(choice, start); step !== null;) {
    steps.push(step);
    step = await nextStep(choice, step);
  }
  return {
    best: steps.at(-1) ?? start,
    steps,
    stopped: choice.trials.isSpent() ? "token-budget" : "no-better",
  };
}

async function nextStep(
  choice: DemonstrationChoice,
  current: ScoredCandidate,
): Promise<ScoredCandidate | null> {
  return (
    (await nextRemoval(choice, current)) ??
    (await nextAddition(choice, current)) ??
    (await nextSwap(choice, current))
  );
}

/** The cheapest to lose of those that are too many. */
async function nextRemoval(
  { count, trials }: DemonstrationChoice,
  current: ScoredCandidate,
): Promise<ScoredCandidate | null> {
  const { demonstrations } = current.candidate;
  if (demonstrations.length <= count.maximum) return null;
  return lowest(await scoreAll(trials, current, "remove", removals(demonstrations)));
}

async function nextAddition(
  { pool, count, trials }: DemonstrationChoice,
  current: ScoredCandidate,
): Promise<ScoredCandidate | null> {
  const { demonstrations } = current.candidate;
  if (demonstrations.length >= count.maximum) return null;
  const tried = await scoreAll(trials, current, "add", additions(demonstrations, pool));
  return demonstrations.length < count.minimum
    ? lowest(tried)
    : (improvements(current, tried, isAboveRounding)[0] ?? null);
}

async function nextSwap(
  { pool, count, trials }: DemonstrationChoice,
  current: ScoredCandidate,
): Promise<ScoredCandidate | null> {
  const { demonstrations } = current.candidate;
  const swaps: readonly (readonly [DemonstrationOperator, readonly Shown[]])[] = [
    ["exchange", exchanges(demonstrations)],
    ["replace", replacements(demonstrations, pool)],
    ["remove", demonstrations.length > count.minimum ? removals(demonstrations) : []],
  ];
  for (const [operator, lists] of swaps) {
    for (const shown of lists) {
      const tried = await scoreAll(trials, current, operator, [shown]);
      const [better] = improvements(current, tried, isAboveRounding);
      if (better !== undefined) return better;
    }
  }
  return null;
}

/** Those of the lists that fit, scored; none once the budget is used up. */
async function scoreAll(
  trials: Trials,
  parent: ScoredCandidate,
  operator: DemonstrationOperator,
  lists: readonly Shown[],
): Promise<readonly ScoredCandidate[]> {
  const scored: ScoredCandidate[] = [];
  for (const demonstrations of lists) {
    if (trials.isSpent()) break;
    const candidate = { ...parent.candidate, demonstrations };
    const tried = await trials.score(candidate, operator, parent);
    if (tried !== null) scored.push(tried);
  }
  return scored;
}

function lowest(candidates: readonly ScoredCandidate[]): ScoredCandidate | null {
  return candidates.toSorted((a, b) => a.summary.loss - b.summary.loss).at(0) ?? null;
}
