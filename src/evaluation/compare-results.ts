import type { ChoiceLoss } from "../core/loss.ts";
import { meanOf } from "../core/mean.ts";
import type { Measure } from "../core/measure.ts";
import { createRandom } from "../core/random.ts";
import type { ChoiceDifferences, PairedDifference, TestResult } from "../core/run-event.ts";
import type { AnswerMode } from "../core/task.ts";
import {
  minimumDetectableAccuracy,
  minimumDetectableGrade,
  USUAL_DETECTION,
} from "../statistics/detectable.ts";
import { meanAndStandardError, pairedBootstrap } from "../statistics/interval.ts";
import { pairedTest } from "../statistics/paired.ts";
import { choicesOf } from "./choice-metrics.ts";

/** Two prompts on the same examples: the second minus the first. */
export interface Comparison {
  readonly measure: Measure;
  readonly accuracy: PairedDifference;
  /** Exact McNemar test where answers are right or wrong; else a permutation test of the signs. */
  readonly pValue: number;
  /** A true difference that so many examples would show with 80 % probability, were it the only one; a share. */
  readonly minimumDetectable: number | null;
  /** Of the mean loss, nats; below 0 is better. */
  readonly loss: PairedDifference;
  /** Null unless both have a closed set of answers for every example. */
  readonly choice: ChoiceDifferences | null;
}

/** The accuracy that fits how answers are read, where both prompts have it. */
export function measureFor(answers: AnswerMode, results: readonly TestResult[]): Measure {
  return answers === "chosen" && results.every(({ choiceAccuracy }) => choiceAccuracy !== null)
    ? "choice-accuracy"
    : "accuracy";
}

/**
 * Compares two prompts example by example. Throws a RangeError where they answered different examples.
 *
 * @param comparisons how many are made at once and corrected for together
 */
export function compareResults(
  first: TestResult,
  second: TestResult,
  measure: Measure,
  seed: number,
  comparisons = 1,
): Comparison {
  requireSameExamples(first, second);
  const before = scoresOf(first, measure);
  const changes = scoresOf(second, measure).map(
    (score, index) => score - (before[index] as number),
  );
  const lossChanges = second.answers.map(
    ({ loss }, index) => loss.loss - (first.answers[index]?.loss.loss as number),
  );
  return {
    measure,
    accuracy: pairedDifference(changes, seed, "accuracy"),
    pValue: pValueOf(changes, seed),
    minimumDetectable: minimumDetectableOf(changes, comparisons),
    loss: pairedDifference(lossChanges, seed, "loss"),
    choice: choiceDifferences(first, second, seed),
  };
}

/** By the test that will decide: right or wrong by the exact one, grades between by the normal approximation. */
function minimumDetectableOf(changes: readonly number[], comparisons: number): number | null {
  const detection = { ...USUAL_DETECTION, alpha: USUAL_DETECTION.alpha / comparisons };
  const isGraded = changes.some((change) => !Number.isInteger(change));
  if (isGraded) {
    const { standardError } = meanAndStandardError(changes);
    return minimumDetectableGrade(changes.length, standardError, detection);
  }
  const discordant = changes.filter((change) => change !== 0).length;
  return minimumDetectableAccuracy(changes.length, discordant / changes.length, detection);
}

function choiceDifferences(
  first: TestResult,
  second: TestResult,
  seed: number,
): ChoiceDifferences | null {
  const [before, after] = [first, second].map(({ answers }) =>
    choicesOf(answers.map(({ loss }) => loss)),
  );
  if (before == null || after == null) return null;
  const difference = (purpose: string, of: (choice: ChoiceLoss) => number): PairedDifference =>
    pairedDifference(
      after.map((choice, index) => of(choice) - of(before[index] as ChoiceLoss)),
      seed,
      purpose,
    );
  return {
    accuracy: difference("accuracy", ({ correct }) => Number(correct)),
    margin: difference("choice margin", ({ margin }) => margin),
    brier: difference("choice brier", ({ brier }) => brier),
  };
}

/** The accuracy of a result by that measure. */
export function accuracyOf(result: TestResult, measure: Measure): number {
  return meanOf(scoresOf(result, measure));
}

function scoresOf({ answers }: TestResult, measure: Measure): readonly number[] {
  return answers.map(({ score, loss }) =>
    measure === "accuracy" ? score : Number(loss.choice?.correct ?? false),
  );
}

function pValueOf(changes: readonly number[], seed: number): number {
  const random = createRandom(seed, "verdict", "signs");
  return pairedTest(changes, { random: () => random.float() });
}

function requireSameExamples(first: TestResult, second: TestResult): void {
  const ids = ({ answers }: TestResult): string =>
    JSON.stringify(answers.map(({ exampleId }) => exampleId));
  if (ids(first) !== ids(second)) {
    throw new RangeError("Only results on the same examples in the same order can be compared");
  }
}

function pairedDifference(
  differences: readonly number[],
  seed: number,
  purpose: string,
): PairedDifference {
  const random = createRandom(seed, "verdict", purpose);
  const { mean, interval } = pairedBootstrap(differences, { random: () => random.float() });
  return { difference: mean, interval };
}
