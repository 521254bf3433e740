import { type ChoiceLoss, estimatedIn } from "../core/loss.ts";
import { meanOf } from "../core/mean.ts";
import { AFTER_REASONING, type ExampleScores } from "../core/objective.ts";
import { choiceLoss } from "./choice.ts";
import { logSumExp } from "./log-sum-exp.ts";
import { type AnswerLoss, exampleLoss } from "./objective.ts";

/**
 * The loss of one example's answers behind each of at least one reasoning: means over the
 * reasonings, so that cross-entropy = format + decision stays true where one option is right. What
 * is picked among options, its margin, confidence and Brier score are of the options' mean
 * probabilities.
 */
export function lossAfterReasonings(
  samples: readonly [ExampleScores, ...ExampleScores[]],
): AnswerLoss {
  const losses = samples.map((scores) => exampleLoss(AFTER_REASONING, scores));
  const [first] = losses as [AnswerLoss, ...AnswerLoss[]];
  const choices = losses.flatMap(({ choice }) => (choice === undefined ? [] : [choice]));
  const crossEntropy = meanOf(losses.map((each) => each.crossEntropy));
  const { targetTokens, targetBytes } = first;
  const estimate = estimatedIn(losses);
  return {
    loss: crossEntropy,
    crossEntropy,
    targetTokens,
    targetBytes,
    ...(choices.length === 0 ? {} : { choice: choiceAfterReasonings(samples, choices) }),
    ...(estimate === null ? {} : { estimate }),
  };
}

function choiceAfterReasonings(
  samples: readonly [ExampleScores, ...ExampleScores[]],
  choices: readonly ChoiceLoss[],
): ChoiceLoss {
  const [{ right }] = samples;
  const options = samples.map((scores) => scores.options ?? []);
  const texts = (options[0] ?? []).map(({ text }) => text);
  const mixture = texts.map((_, option) =>
    logMeanExp(options.map((own) => own[option]?.logProb ?? -Infinity)),
  );
  return {
    ...choiceLoss(
      texts,
      mixture,
      texts.map((text) => right.has(text)),
    ),
    format: meanOf(choices.map(({ format }) => format)),
    decision: meanOf(choices.map(({ decision }) => decision)),
  };
}

function logMeanExp(values: readonly number[]): number {
  return logSumExp(values) - Math.log(values.length);
}
