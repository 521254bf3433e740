import type { Candidate } from "../../core/candidate.ts";
import type { ExampleLoss } from "../../core/loss.ts";
import type { Proposer } from "../../core/proposal.ts";
import type { Random } from "../../core/random.ts";
import { type Contrasts, fitMainEffects, type MainEffects } from "../../statistics/main-effects.ts";
import { combinationSpace } from "./combination-space.ts";
import { editProposer } from "./edit-proposer.ts";

/** A prompt with its losses on all training examples, or on some. */
export interface TriedPrompt {
  readonly candidate: Candidate;
  readonly losses: readonly ExampleLoss[];
}

/** Losses are compared by their logarithm, raised by this share of their mean, so that nearly 0 is not worlds away from 0. */
const LOSS_FLOOR = 0.1;

/**
 * Puts together sentences, layout and demonstrations of prompts that were tried, as a factorial
 * experiment has it: what each changed on the same examples is added up, and the sums that promise
 * most are tried.
 */
export const combine: Proposer = editProposer({
  operator: "combine",
  applies: () => true,
  ideas: ({ scored, dropped, incumbent, isUsable, random }, count) =>
    drawCombinations([...scored, ...dropped], incumbent, { count, isUsable, random }),
});

/** How combinations are drawn. */
export interface CombinationDraw {
  /** At most. */
  readonly count: number;
  /** Whether a combination would be scored if it were proposed. */
  readonly isUsable: (candidate: Candidate) => boolean;
  readonly random: Random;
}

/**
 * Combinations of prompts that were tried, none like one of them. Each is the most promising one
 * under effects drawn anew (Thompson sampling), so that what is sure is tried at once and what is
 * not from time to time. The incumbent was scored on all examples.
 */
export function drawCombinations(
  tried: readonly TriedPrompt[],
  incumbent: TriedPrompt,
  { count, isUsable, random }: CombinationDraw,
): readonly Candidate[] {
  const candidates = tried.map(({ candidate }) => candidate);
  const space = combinationSpace(candidates, incumbent.candidate);
  const changes = tried.map(changeFrom(incumbent, tried));
  const contrasts = candidates.map((candidate) => space.contrasts(candidate));
  const seen = new Set(candidates.map((candidate) => space.key(candidate)));
  const drawn: Candidate[] = [];
  while (drawn.length < count) {
    const effects = drawEffects(changes, contrasts, incumbent, random);
    const combination = firstOf(
      space.promising(effects),
      (candidate) => !seen.has(space.key(candidate)) && isUsable(candidate),
    );
    if (combination === undefined) return drawn;
    seen.add(space.key(combination));
    drawn.push(combination);
  }
  return drawn;
}

/** What a prompt changed on one example: of the loss's logarithm. */
interface ExampleChange {
  readonly exampleId: string;
  readonly change: number;
}

function changeFrom(
  incumbent: TriedPrompt,
  tried: readonly TriedPrompt[],
): (prompt: TriedPrompt) => readonly ExampleChange[] {
  const logLoss = logLossAbove(tried);
  const before = new Map(incumbent.losses.map(({ exampleId, loss }) => [exampleId, logLoss(loss)]));
  return ({ losses }) =>
    losses.map(({ exampleId, loss }) => ({
      exampleId,
      change: logLoss(loss) - (before.get(exampleId) as number),
    }));
}

function logLossAbove(tried: readonly TriedPrompt[]): (loss: number) => number {
  let [lowest, sum, count] = [0, 0, 0];
  for (const { losses } of tried) {
    for (const { loss } of losses) {
      lowest = Math.min(lowest, loss);
      sum += Math.abs(loss);
      count++;
    }
  }
  const floor = Math.max((LOSS_FLOOR * sum) / count, Number.MIN_VALUE);
  return (loss) => Math.log(loss - lowest + floor);
}

/** Effects as they would be had other examples been drawn: the examples weigh at random (Bayesian bootstrap). */
function drawEffects(
  changes: readonly (readonly ExampleChange[])[],
  contrasts: readonly Contrasts[],
  { losses }: TriedPrompt,
  random: Random,
): MainEffects {
  const weights = new Map(losses.map(({ exampleId }) => [exampleId, -Math.log1p(-random.float())]));
  return fitMainEffects(
    changes.map((examples, place) => {
      let [sum, total] = [0, 0];
      for (const { exampleId, change } of examples) {
        const weight = weights.get(exampleId) as number;
        sum += weight * change;
        total += weight;
      }
      return { contrasts: contrasts[place] as Contrasts, change: total === 0 ? 0 : sum / total };
    }),
  );
}

function firstOf<T>(items: Iterable<T>, isWanted: (item: T) => boolean): T | undefined {
  for (const item of items) if (isWanted(item)) return item;
  return undefined;
}
