import { formFor } from "../analysis/ask.ts";
import { PmpoError } from "../core/errors.ts";
import { type Example, rightAnswers } from "../core/example.ts";
import type { LanguageModel } from "../core/model.ts";
import type { GivenAnswer, Grade, Grader, JudgeMetric } from "../core/metric.ts";
import { writerOf } from "../core/text-model.ts";
import { inputText } from "../scoring/render.ts";
import { askJudge, type AskedQuestion } from "./ask-judge.ts";
import { judgeSame } from "./templates/judge-same.ts";

/**
 * Grades by how likely a judge says Yes to an answer beside a reference: the mean over both orders
 * of the two. Of several right answers the one that fits best counts. An answer that is a reference
 * word for word is right, and an empty one wrong, without asking.
 */
export function judgeGrader(metric: JudgeMetric): Grader {
  return async (answers, by) => {
    requireJudge(metric, by.model.identity.name);
    const wanted = answers.map((given) => ({
      given,
      references: isSettled(given) ? [] : rightAnswers(given.example),
    }));
    const questions = wanted.flatMap(({ given, references }) =>
      references.flatMap((reference) => inBothOrders(metric, given, reference)),
    );
    const shares = await askJudge(questions, by);
    let next = 0;
    return wanted.map(({ given, references }) => {
      const grades = references.map(() =>
        gradeOf(shares[next++] as number, shares[next++] as number),
      );
      return grades.length === 0 ? settledGrade(given) : bestOf(grades);
    });
  };
}

function isSettled({ example, answer }: GivenAnswer): boolean {
  return answer === "" || rightAnswers(example).includes(answer);
}

function settledGrade({ answer }: GivenAnswer): Grade {
  return answer === "" ? { score: 0, isRight: false } : { score: 1, isRight: true };
}

function inBothOrders(
  metric: JudgeMetric,
  { example, answer }: GivenAnswer,
  reference: string,
): readonly AskedQuestion[] {
  return [
    questionOf(metric, example, reference, answer),
    questionOf(metric, example, answer, reference),
  ];
}

function questionOf(
  { question }: JudgeMetric,
  { id, inputs }: Example,
  first: string,
  second: string,
): AskedQuestion {
  const input = inputText(inputs);
  return { exampleId: id, ask: (form) => judgeSame(form, { question, input, first, second }) };
}

/** From how likely Yes is in either order. */
function gradeOf(forward: number, backward: number): Grade {
  const score = (forward + backward) / 2;
  return { score, isRight: score > 0.5, ordersAgree: forward > 0.5 === backward > 0.5 };
}

function bestOf(grades: readonly Grade[]): Grade {
  return grades.reduce((best, grade) => (grade.score > best.score ? grade : best));
}

/** Tokens of the question about each example, its known answer beside an empty one, the judge's word included. */
export async function questionLengths(
  judge: LanguageModel,
  metric: JudgeMetric,
  examples: readonly Example[],
): Promise<readonly number[]> {
  const form = formFor(writerOf(judge), "auto");
  const encoded = await judge.encode(
    examples.map((example) => {
      const longest = rightAnswers(example).reduce((a, b) => (b.length > a.length ? b : a));
      const { prompt, words } = questionOf(metric, example, longest, "").ask(form);
      return { prompt, target: words[0], scoreEnd: false };
    }),
  );
  return encoded.map(({ context, target }) => context.length + target.length);
}

function requireJudge({ model }: JudgeMetric, given: string): void {
  if (model === null || model === given) return;
  throw new PmpoError("bug", "JUDGE_NOT_OPEN", `The judge is ${model}, but ${given} was asked`);
}
