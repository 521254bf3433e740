import type { Candidate } from "../core/candidate.ts";
import type { Example } from "../core/example.ts";
import type { Grade } from "../core/metric.ts";
import type { CallOptions, LanguageModel } from "../core/model.ts";
import { NO_MATERIAL } from "../core/objective.ts";
import type { Overflow, TrainingTask } from "../core/task.ts";
import { type TextModel, writerOf } from "../core/text-model.ts";
import type { AnswerLimits } from "./answer.ts";
import type { Evaluator, TestedExamples } from "./evaluator.ts";
import { writeAnswers } from "./write-answers.ts";

/** The search never saw these: one that is too long has no answer, and costs nothing that was found. */
const HELD_OUT = { overflow: "drop-demonstrations", mustFit: false } as const;

/** Grades the answers that the model writes, in search and test alike: any model will do. */
export function accuracyEvaluator(
  model: LanguageModel | TextModel,
  { grade, overflow }: Pick<TrainingTask, "grade" | "overflow">,
  limits: AnswerLimits,
): Evaluator {
  const writer = writerOf(model);
  const answered = async (
    candidate: Candidate,
    examples: readonly Example[],
    onOverflow: { readonly overflow: Overflow; readonly mustFit: boolean },
    call: CallOptions,
  ): Promise<TestedExamples> => {
    const how = { limits, ...onOverflow };
    const written = await writeAnswers(writer, candidate, examples, how, call);
    const answers = written.map(({ text }, index) => ({
      example: examples[index] as Example,
      answer: text,
    }));
    const grades = await grade(answers, { model, call });
    return {
      answers: written.map((answer, index) => graded(examples[index], answer, grades[index])),
      shortenedIds: examples.filter((_, index) => written[index]?.isShortened).map(({ id }) => id),
    };
  };
  const score =
    (onOverflow: Parameters<typeof answered>[2]): Evaluator["score"] =>
    async (candidate, examples, _material, call) => {
      const { answers } = await answered(candidate, examples, onOverflow, call);
      return answers.map(({ loss }) => loss);
    };
  return {
    prepare: () => Promise.resolve(NO_MATERIAL),
    score: score({ overflow, mustFit: true }),
    scoreHeldOut: score(HELD_OUT),
    // It would take an answer for each part and example, and could not tell an effect below 1/n.
    measureParts: null,
    test: (candidate, examples, _material, call) => answered(candidate, examples, HELD_OUT, call),
  };
}

function graded(
  example: Example | undefined,
  { text, promptTokens }: { readonly text: string; readonly promptTokens: number },
  grade: Grade | undefined,
): TestedExamples["answers"][number] {
  if (example === undefined || grade === undefined) {
    throw new RangeError("A grader has to give one grade for each answer");
  }
  const { score } = grade;
  const loss = { exampleId: example.id, loss: 1 - score, promptTokens, answer: { text, score } };
  return { text, grade, loss };
}
