import { meanOf } from "./mean.ts";
import type { Estimated } from "./model.ts";

/** How good a prompt is on one example; lower is better. */
export type ExampleLoss = LikelihoodLoss | GradedLoss;

interface ScoredExample {
  readonly exampleId: string;
  /** What the search minimises. */
  readonly loss: number;
  /** Tokens before the answer: instruction, demonstrations, template and input. */
  readonly promptTokens: number;
}

/** Of how likely the known answer is. In nats: the objective's mixture of the parts below, and what the prompt's length costs. */
export interface LikelihoodLoss extends ScoredExample {
  /** −Σ log p(token) over the reference answer's tokens, end of turn included. */
  readonly crossEntropy: number;
  readonly targetTokens: number;
  /** UTF-8 bytes of the reference answer, for comparison across tokenizers. */
  readonly targetBytes: number;
  /** Present where the answers form a closed set. */
  readonly choice?: ChoiceLoss;
  /**
   * Present where the objective holds the answer against wrong ones: −log of the answer's share of
   * the probability of all of them.
   */
  readonly contrast?: number;
  /** Present where the log-probabilities are estimates: of all answers that the loss looks at. */
  readonly estimate?: Estimated;
  readonly answer?: never;
}

/** Of an answer that the model wrote: 1 − its score. Nothing is known of likelihoods. */
export interface GradedLoss extends ScoredExample {
  readonly answer: GradedAnswer;
  readonly choice?: never;
  readonly estimate?: never;
}

interface GradedAnswer {
  readonly text: string;
  /** By the task's metric, from 0 (wrong) to 1 (right). */
  readonly score: number;
}

function isLikelihood(loss: ExampleLoss): loss is LikelihoodLoss {
  return loss.answer === undefined;
}

/**
 * The cross-entropy of a closed set, split: crossEntropy = format + decision. Several options that
 * are right count as one whose probability is theirs together.
 */
export interface ChoiceLoss {
  /** −log Σ_o p(o): is any legal answer said at all? */
  readonly format: number;
  /** −log( p(y) / Σ_o p(o) ): is the right one picked among them? */
  readonly decision: number;
  /** The most likely option. */
  readonly picked: string;
  readonly correct: boolean;
  /** log p(y) − log p of the likeliest wrong option, nats, y the likeliest right one: above 0 where that is picked. */
  readonly margin: number;
  /** Σ_o (share of o − [o = y])² over the options' shares of their total probability: 0 to 2, lower is better. */
  readonly brier: number;
  /** Share of the most likely option in the options' total probability. */
  readonly confidence: number;
}

/**
 * In proportion to this a race draws an example from those left, by the incumbent's loss on it and
 * on the mean: hard ones come sooner.
 */
export function drawWeight(loss: number, meanLoss: number): number {
  return meanLoss === 0 ? 1 : loss + meanLoss;
}

/** What the log-probabilities of a closed set say beside which option is picked, over examples. */
export interface ChoiceMetrics {
  /** Mean, nats; higher is better. */
  readonly margin: number;
  /** Mean; lower is better. */
  readonly brier: number;
  /** Expected calibration error, 10 equal-width bins of the confidence: 0 to 1, lower is better. */
  readonly calibrationError: number;
}

/** What losses were estimated from, all together; null where they are no estimates. */
export function estimatedIn(losses: readonly Pick<ExampleLoss, "estimate">[]): Estimated | null {
  const found = losses.flatMap(({ estimate }) => (estimate === undefined ? [] : [estimate]));
  return found.length === 0 ? null : found.reduce(addEstimated);
}

/** Both together. */
function addEstimated(a: Estimated, b: Estimated): Estimated {
  return { tokens: a.tokens + b.tokens, bounded: a.bounded + b.bounded };
}

/** The means over examples that every report shows. */
export interface LossSummary {
  readonly loss: number;
  /** Null where answers were written and graded. */
  readonly likelihood: LikelihoodSummary | null;
  /** Null unless every example has a closed set of answers. */
  readonly format: number | null;
  readonly decision: number | null;
  readonly choiceAccuracy: number | null;
  readonly promptTokens: number;
}

/** Of the known answers, nats. */
export interface LikelihoodSummary {
  readonly crossEntropy: number;
  readonly perToken: number;
  readonly perByte: number;
}

/** Cross-entropies over at least one example; per token and byte totals over totals. */
export function summariseLikelihood(losses: readonly LikelihoodLoss[]): LikelihoodSummary {
  const total = (of: (loss: LikelihoodLoss) => number): number =>
    losses.reduce((sum, loss) => sum + of(loss), 0);
  const crossEntropy = total((loss) => loss.crossEntropy);
  return {
    crossEntropy: crossEntropy / losses.length,
    perToken: crossEntropy / total(({ targetTokens }) => targetTokens),
    perByte: crossEntropy / total(({ targetBytes }) => targetBytes),
  };
}

/** Means over at least one example. */
export function summariseLosses(losses: readonly ExampleLoss[]): LossSummary {
  const mean = (of: (loss: ExampleLoss) => number): number => meanOf(losses.map(of));
  const choices = losses.flatMap(({ choice }) => (choice === undefined ? [] : [choice]));
  const closed = choices.length === losses.length && losses.length > 0;
  const choiceMean = (of: (choice: ChoiceLoss) => number): number | null =>
    closed ? meanOf(choices.map(of)) : null;
  return {
    loss: mean((loss) => loss.loss),
    likelihood: losses.every(isLikelihood) ? summariseLikelihood(losses) : null,
    format: choiceMean((choice) => choice.format),
    decision: choiceMean((choice) => choice.decision),
    choiceAccuracy: choiceMean((choice) => (choice.correct ? 1 : 0)),
    promptTokens: mean((loss) => loss.promptTokens),
  };
}
