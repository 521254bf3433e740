import { messageOf, PmpoError } from "../core/errors.ts";
import type { Example } from "../core/example.ts";
import { type BuiltInMetric, type Grade, type Grader, RESULT_MARK } from "../core/metric.ts";

/** The grader of a metric: of several right answers, the one that fits best counts. */
export function builtInGrader(metric: BuiltInMetric): Grader {
  const loaded = scorer(metric);
  return async (answers) => {
    const score = await loaded;
    return answers.map(({ example, answer }) =>
      wholeGrade(
        Math.max(...referencesOf(example).map((reference) => Number(score(answer, reference)))),
      ),
    );
  };
}

/** All answers that are right. */
export function referencesOf({ target, accept = [] }: Example): readonly string[] {
  return [...new Set([target, ...accept])];
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
      const pattern = new RegExp(metric.pattern, metric.flags);
      return (answer, reference) => {
        const found = pattern.exec(answer);
        return found !== null && normalised(found[1] ?? found[0]) === normalised(reference);
      };
    }
    case "json-field":
      return (answer, reference) => {
        const value = jsonField(answer, metric.field);
        return value !== null && normalised(value) === normalised(reference);
      };
    case "f1":
      return import("js-rouge").then(
        ({ n: rougeN }) =>
          (answer, reference) =>
            overlap(answer, reference, (a, b) => rougeN(a, b, { n: 1 })),
      );
    case "rouge-l":
      return import("js-rouge").then(
        ({ l: rougeL }) =>
          (answer, reference) =>
            overlap(answer, reference, (a, b) => rougeL(a, b)),
      );
  }
}

/** Case, blanks, surrounding quotation marks and a final full stop do not make an answer wrong. */
function normalised(answer: string): string {
  const text = folded(answer);
  const bare = text
    .replace(/\.$/, "")
    .replace(/^["'“”‘’`]+|["'“”‘’`]+$/g, "")
    .replace(/\.$/, "")
    .trim();
  return bare === "" ? text : bare;
}

function folded(text: string): string {
  return text.normalize("NFKC").toLowerCase().replace(/\s+/g, " ").trim();
}

/** A minus counts only where it is no dash between numbers. */
const NUMBER = /(?<![\d.])[-−]?(?:\d[\d,]*(?:\.\d+)?|\.\d+)(?:e[-+]?\d+)?/gi;

/** The number after the last `####`, or else the last number of the text; null without one. */
export function finalNumber(answer: string): number | null {
  const marked = answer.lastIndexOf(RESULT_MARK);
  const numbers = answer.slice(marked < 0 ? 0 : marked).match(NUMBER);
  const last = marked < 0 ? numbers?.at(-1) : numbers?.[0];
  return last === undefined ? null : Number(last.replaceAll(",", "").replace("−", "-"));
}

function sameNumber(answer: string, reference: string, tolerance: number): boolean {
  const [given, wanted] = [finalNumber(answer), finalNumber(reference)];
  return given !== null && wanted !== null && Math.abs(given - wanted) <= tolerance;
}

/** Letters as people mark a choice, the surest way first; each takes the last of its kind. */
const LETTER_PATTERNS = [
  /^\(?([A-Za-z])\)?[.):]?$/g,
  /\b(?:answer|option|choice)\s*(?:is|:)\s*\(?([A-Z])(?![\w'])(?! [a-z])/g,
  /\(([A-Z])\)/g,
  /\b(?:option|choice|choose|pick)\s+([A-Z])(?![\w'])/gi,
  /^([A-Z])[.):]/g,
  /(?<![\w'])([B-HJ-Z])(?![\w'])/g,
];

/** The letter of the choice that a text names, in upper case; null without one. */
export function choiceLetter(text: string): string | null {
  const bare = text.replace(/[*_`]/g, "").trim();
  for (const pattern of LETTER_PATTERNS) {
    const letter = [...bare.matchAll(pattern)].at(-1)?.[1];
    if (letter !== undefined) return letter.toUpperCase();
  }
  return null;
}

/** The value of a field in the first JSON object of a text, as text; null where there is none. */
function jsonField(answer: string, field: string): string | null {
  let value: unknown = firstObject(answer);
  for (const name of field.split(".")) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return null;
    value = (value as Readonly<Record<string, unknown>>)[name];
  }
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** The first stretch from a brace to a brace that is JSON. */
function firstObject(text: string): unknown {
  for (let start = text.indexOf("{"); start >= 0; start = text.indexOf("{", start + 1)) {
    for (let end = text.indexOf("}", start); end >= 0; end = text.indexOf("}", end + 1)) {
      try {
        return JSON.parse(text.slice(start, end + 1));
      } catch {
        // It may end at a later brace, or begin at one.
      }
    }
  }
  return null;
}

/** A score of two texts that are not empty; two empty ones are equal, and one is wrong. */
function overlap(
  answer: string,
  reference: string,
  score: (answer: string, reference: string) => number,
): number {
  const [a, b] = [folded(answer), folded(reference)];
  if (a === "" || b === "") return Number(a === b);
  return score(a, b);
}
