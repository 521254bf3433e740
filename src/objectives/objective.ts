import { type ChoiceLoss, estimatedIn, type LikelihoodLoss } from "../core/loss.ts";
import {
  type AnswerScore,
  CROSS_ENTROPY,
  DECISION,
  PREFERENCE,
  type ExampleScores,
  type LikelihoodObjective,
  type Objective,
} from "../core/objective.ts";
import type { AnswerMode } from "../core/task.ts";
import { choiceLoss } from "./choice.ts";
import { contrastLoss, pointwiseMutualInformation } from "./contrast.ts";
import { preferenceLoss } from "./preference.ts";
import { supervisedLoss } from "./supervised.ts";

/** What an objective has to be told beside the target's and the options' scores. */
export interface ObjectiveNeeds {
  readonly accepted: boolean;
  readonly negatives: boolean;
  readonly contentFree: boolean;
  readonly reference: boolean;
}

export function objectiveNeeds(objective: LikelihoodObjective): ObjectiveNeeds {
  const { kind } = objective;
  return {
    accepted: kind === "cross-entropy" && objective.references !== "target",
    negatives: kind === "contrast" || kind === "preference",
    contentFree:
      kind === "mutual-information" || (kind === "decision" && objective.priorCorrection),
    reference: kind === "preference" && (objective.form === "dpo" || objective.form === "ipo"),
  };
}

/** Whether a loss of that kind may lie below 0: sums of means, and differences, can. */
export function canBeNegative(objective: Objective): boolean {
  return (
    objective.kind === "mutual-information" ||
    (objective.kind === "cross-entropy" &&
      objective.references === "sum" &&
      objective.per !== "answer")
  );
}

/** What the answers alone say about a loss. */
export type AnswerLoss = Omit<LikelihoodLoss, "exampleId" | "promptTokens">;

/** The loss of one example's answers with its parts. Throws a RangeError where a score it needs is missing. */
export function exampleLoss(objective: LikelihoodObjective, scores: ExampleScores): AnswerLoss {
  const { target } = scores;
  const choice = choiceOf(objective, scores);
  const estimate = estimatedIn(answersIn(scores));
  const contrast = scores.negatives.length === 0 ? undefined : contrastLoss(scores);
  return {
    loss: lossOf(objective, scores, choice),
    crossEntropy: -target.logProb,
    targetTokens: target.tokens,
    targetBytes: target.bytes,
    ...(choice === undefined ? {} : { choice }),
    ...(contrast === undefined ? {} : { contrast }),
    ...(estimate === null ? {} : { estimate }),
  };
}

/** Each once. */
function answersIn({
  target,
  accepted,
  options,
  negatives,
}: ExampleScores): readonly AnswerScore[] {
  const all = [target, ...accepted, ...(options ?? []), ...negatives];
  return [...new Map(all.map((answer) => [answer.text, answer])).values()];
}

function lossOf(
  objective: LikelihoodObjective,
  scores: ExampleScores,
  choice: ChoiceLoss | undefined,
): number {
  const crossEntropy = -scores.target.logProb;
  switch (objective.kind) {
    case "cross-entropy":
      return supervisedLoss(scores, objective);
    case "decision":
      if (choice === undefined) {
        throw new RangeError("The decision objective needs a closed set of answers");
      }
      return choice.decision + objective.formatWeight * choice.format;
    case "contrast":
      return contrastLoss(scores) + objective.crossEntropyWeight * crossEntropy;
    case "mutual-information":
      return objective.crossEntropyWeight * crossEntropy - pointwiseMutualInformation(scores);
    case "preference":
      return preferenceLoss(scores, rejectedAnswers(scores), objective);
    case "answer-after-reasoning":
      return crossEntropy;
  }
}

function rejectedAnswers({ right, options, negatives }: ExampleScores): ExampleScores["negatives"] {
  return negatives.length > 0 || options === null
    ? negatives
    : options.filter(({ text }) => !right.has(text));
}

function choiceOf(
  objective: LikelihoodObjective,
  { right, options, contentFree }: ExampleScores,
): ChoiceLoss | undefined {
  if (options === null || options.every(({ text }) => right.has(text))) return undefined;
  const texts = options.map(({ text }) => text);
  const priors =
    objective.kind === "decision" && objective.priorCorrection
      ? texts.map((text) => contentFree.get(text) ?? missingPrior(text))
      : undefined;
  return choiceLoss(
    texts,
    options.map(({ logProb }) => logProb),
    texts.map((text) => right.has(text)),
    priors,
  );
}

function missingPrior(text: string): never {
  throw new RangeError(`The prior correction needs the score of "${text}" without an input`);
}

/** What is known of a task's answers before anything is scored. */
export interface KnownAnswers {
  readonly answers: AnswerMode;
  /** Whether every example has options, some of them wrong. */
  readonly closed: boolean;
  /** Whether every example names answers that were rejected. */
  readonly paired: boolean;
}

/** An objective that nobody named, and why it was taken. */
interface ReasonedObjective {
  readonly objective: LikelihoodObjective;
  readonly reason: string;
}

/** The published method's objective for such data (arXiv 2505.16307), and why. */
export function publishedObjective({ closed, paired }: KnownAnswers): ReasonedObjective {
  return closed || paired
    ? {
        objective: PREFERENCE,
        reason: "the preset paper: the known answer against every wrong one that the data name",
      }
    : { objective: CROSS_ENTROPY, reason: "the preset paper: answers are open" };
}

/** The objective that suits how answers are read, and why. */
export function defaultObjective({ answers, closed, paired }: KnownAnswers): ReasonedObjective {
  if (answers === "chosen" && paired) {
    return {
      objective: PREFERENCE,
      reason: "the data name rejected answers: the known one shall be likelier than they are",
    };
  }
  if (answers === "chosen" && closed) {
    return {
      objective: DECISION,
      reason:
        "answers are chosen among options by likelihood: of all losses the decision loss foretells best which prompt chooses right",
    };
  }
  return {
    objective: CROSS_ENTROPY,
    reason:
      "answers are written by the model: the cross-entropy of the whole answer, form and choice, foretells their accuracy better than the choice alone",
  };
}
