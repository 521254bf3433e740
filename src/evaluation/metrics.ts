import { messageOf, PmpoError } from "../core/errors.ts";
import { type Example, rightAnswers } from "../core/example.ts";
import type { BuiltInMetric, Grade, Grader } from "../core/metric.ts";
import { choiceLetter } from "./metrics/choice-letter.ts";
import { finalNumber } from "./metrics/final-number.ts";
import { sameFieldValue } from "./metrics/json-field.ts";
import { sharedSequence, sharedWords } from "./metrics/word-overlap.ts";
import { folded, normalised } from "./metrics/wording.ts";

/** The grader of a metric: of several right answers, the one that fits best counts. */
export function builtInGrader(metric: BuiltInMetric): Grader {
  const loaded = scorer(metric);
  return async (answers) => {
    const score = await loaded;
    return answers.map(({ example, answer }) =>
      wholeGrade(
        Math.max(...rightAnswers(example).map((reference) => Number(score(answer, reference)))),
      ),
    );
  };
}

/** Puts a function from outside to use: what it answers has to be true, false, or a number from 0 to 1. */
export function checkedGrader(
  grade: (answer: string, example: Example) => unknown,
  name: string,
): Grader {
  return (answers) =>
    Promise.all(
      answers.map(async ({ example, answer }) => {
        const score = Number(await called(grade, answer, example, name));
        if (score >= 0 && score <= 1) return wholeGrade(score);
        throw new PmpoError(
          "usage",
          "METRIC_OUT_OF_RANGE",
          `${name} answered ${score} for example ${example.id}`,
          { hint: "A metric answers true, false, or a number from 0 to 1." },
        );
      }),
    );
}

/** A grade that is right only where nothing is missing. */
function wholeGrade(score: number): Grade {
  return { score, isRight: score === 1 };
}

async function called(
  grade: (answer: string, example: Example) => unknown,
  answer: string,
  example: Example,
  name: string,
): Promise<unknown> {
  try {
    return await grade(answer, example);
  } catch (error) {
    throw new PmpoError(
      "usage",
      "METRIC_FAILED",
      `${name} failed on example ${example.id}: ${messageOf(error)}`,
      { cause: error },
    );
  }
}

type Score = (answer: string, reference: string) => boolean | number;

function scorer(metric: BuiltInMetric): Score | Promise<Score> {
  switch (metric.kind) {
    case "exact":
      return metric.normalise
        ? (answer, reference) => normalised(answer) === normalised(reference)
        : (answer, reference) => answer === reference;
    case "final-number":
      return (answer, reference) => sameNumber(answer, reference, metric.tolerance);
    case "letter":
      return (answer, reference) => {
        const given = choiceLetter(answer);
        return given !== null && given === choiceLetter(reference);
      };
    case "contains":
      return (answer, reference) => folded(answer).includes(folded(reference));
    case "regex": {
      const found = firstMatch(new RegExp(metric.pattern, metric.flags));
      return (answer, reference) => {
        const given = found(answer);
        return given !== null && normalised(given) === normalised(found(reference) ?? reference);
      };
    }
    case "json-field":
      return (answer, reference) => sameFieldValue(answer, reference, metric.field);
    case "f1":
      return sharedWords();
    case "rouge-l":
      return sharedSequence();
  }
}

/** What a pattern finds in a text: its first group, if it has one. */
function firstMatch(pattern: RegExp): (text: string) => string | null {
  return (text) => {
    pattern.lastIndex = 0;
    const found = pattern.exec(text);
    return found === null ? null : (found[1] ?? found[0]);
  };
}

function sameNumber(answer: string, reference: string, tolerance: number): boolean {
  const [given, wanted] = [finalNumber(answer), finalNumber(reference)];
  return given !== null && wanted !== null && Math.abs(given - wanted) <= tolerance;
}
