import { type Candidate, candidateKey } from "../../core/candidate.ts";
import type { ExampleLoss } from "../../core/loss.ts";
import type { Proposer } from "../../core/proposal.ts";
import type { Random } from "../../core/random.ts";
import { fitMainEffects, type MainEffects } from "../../statistics/main-effects.ts";
import {
  candidateContrasts,
  combinationSpace,
  promisingCombinations,
} from "./combination-space.ts";
import { editProposer } from "./edit-proposer.ts";

/** A prompt with its losses on all training examples, or on some. */
export interface TriedPrompt {
  readonly candidate: Candidate;
  readonly losses: readonly ExampleLoss[];
}

/** Losses are compared by their logarithm; raised by this share of their mean, so that nearly 0 is not worlds away from 0. */
const LOSS_FLOOR = 0.1;

/**
 * Puts together sentences, layout and demonstrations of prompts that were tried, as a factorial
 * experiment has it: what each changed on the same examples is added up, and the sums that promise
 * most are tried.
 */
export const combine: Proposer = editProposer({
  operator: "combine",
  applies: () => true,
  ideas: ({ scored, dropped, incumbent, random }, count) =>
    drawCombinations([...scored, ...dropped], incumbent, count, random),
});

/**
 * At most `count` combinations that are not among the prompts tried. Each is the most promising one
 * under effects drawn anew (Thompson sampling), so that what is sure is tried at once and what is
 * not from time to time. The incumbent was scored on all examples.
 */
export function drawCombinations(
  tried: readonly TriedPrompt[],
  incumbent: TriedPrompt,
  count: number,
  random: Random,
): readonly Candidate[] {
  const space = combinationSpace(
    tried.map(({ candidate }) => candidate),
    incumbent.candidate,
  );
  const seen = new Set(tried.map(({ candidate }) => candidateKey(candidate)));
  const drawn: Candidate[] = [];
  for (let idea = 0; idea < count; idea++) {
    const effects = drawEffects(tried, incumbent, random);
    const combination = promisingCombinations(space, effects, incumbent.candidate).find(
      (candidate) => !seen.has(candidateKey(candidate)),
    );
    if (combination === undefined) return drawn;
    seen.add(candidateKey(combination));
    drawn.push(combination);
  }
  return drawn;
}

/** Effects as they would be had other examples been drawn: the examples weigh at random (Bayesian bootstrap). */
function drawEffects(
  tried: readonly TriedPrompt[],
  incumbent: TriedPrompt,
  random: Random,
): MainEffects {
  const logLoss = logLossAbove(tried.flatMap(({ losses }) => losses.map(({ loss }) => loss)));
  const before = new Map(incumbent.losses.map(({ exampleId, loss }) => [exampleId, logLoss(loss)]));
  const weights = new Map(
    incumbent.losses.map(({ exampleId }) => [exampleId, -Math.log(1 - random.float())]),
  );
  return fitMainEffects(
    tried.map(({ candidate, losses }) => {
      let [sum, total] = [0, 0];
      for (const { exampleId, loss } of losses) {
        const weight = weights.get(exampleId) as number;
        sum += weight * (logLoss(loss) - (before.get(exampleId) as number));
        total += weight;
      }
      return {
        contrasts: candidateContrasts(candidate, incumbent.candidate),
        change: sum / total,
      };
    }),
  );
}

function logLossAbove(losses: readonly number[]): (loss: number) => number {
  const lowest = Math.min(0, ...losses);
  const mean = losses.reduce((sum, loss) => sum + Math.abs(loss), 0) / losses.length;
  const floor = Math.max(LOSS_FLOOR * mean, Number.MIN_VALUE);
  return (loss) => Math.log(loss - lowest + floor);
}
