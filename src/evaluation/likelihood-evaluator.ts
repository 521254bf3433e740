import { measureParts } from "../analysis/mask.ts";
import type { Candidate } from "../core/candidate.ts";
import type { Example } from "../core/example.ts";
import type { CallOptions, LanguageModel } from "../core/model.ts";
import type { LikelihoodObjective, ObjectiveMaterial } from "../core/objective.ts";
import type { Overflow, TrainingTask } from "../core/task.ts";
import { overflowingExamples } from "../scoring/encode-examples.ts";
import { answerTokens } from "../scoring/answer-tokens.ts";
import { scoreCandidate, scoreInDetail, type Scoring } from "../scoring/score-candidate.ts";
import { type AnswerLimits, generateAnswers } from "./answer.ts";
import type { Evaluator, TestedExamples } from "./evaluator.ts";
import { gatherMaterial } from "./objective-material.ts";

/** A task whose candidates are told apart by likelihoods. */
export type LikelihoodTask = Pick<TrainingTask, "options" | "grade" | "overflow" | "length"> & {
  readonly objective: LikelihoodObjective;
};

/** Scores known answers; for a test the model writes its own, too. */
export function likelihoodEvaluator(
  model: LanguageModel,
  task: LikelihoodTask,
  limits: AnswerLimits,
): Evaluator {
  const { objective, options, length } = task;
  const scoring = (overflow: Overflow, material: ObjectiveMaterial): Scoring => ({
    model,
    objective,
    options,
    overflow,
    length,
    material,
  });
  return {
    prepare: (ground, call) => gatherMaterial({ ...ground, task, model }, call),
    score: (candidate, examples, material, call) =>
      scoreCandidate(scoring(task.overflow, material), candidate, examples, call),
    scoreHeldOut: (candidate, examples, material, call) =>
      scoreCandidate(scoring("drop-demonstrations", material), candidate, examples, call),
    measureParts: ({ candidate, losses }, examples, parts, material, call) => {
      const how = scoring(task.overflow, material);
      return measureParts(how, candidate, losses, examples, parts, call);
    },
    test: (candidate, examples, material, call) => {
      const how = scoring("drop-demonstrations", material);
      return scoreAndAnswer(how, task, limits, { candidate, examples }, call);
    },
  };
}

/** The search never saw these examples, so a longer one may not fit: it is counted, never refused. */
async function scoreAndAnswer(
  scoring: Scoring,
  { grade }: Pick<LikelihoodTask, "grade">,
  limits: AnswerLimits,
  { candidate, examples }: { readonly candidate: Candidate; readonly examples: readonly Example[] },
  call: CallOptions,
): Promise<TestedExamples> {
  const { model } = scoring;
  const fitting = { overflow: "drop-demonstrations", reservedTokens: limits.maxTokens } as const;
  const prompts = examples.map((example) => ({ example, targets: [] }));
  const shortenedIds = await overflowingExamples(model, candidate, prompts, fitting);
  const details = await scoreInDetail({ ...scoring, ...fitting }, candidate, examples, call);
  const tokens = await answerTokens(model, details);
  const written = await generateAnswers(model, candidate, examples, limits, call);
  const texts = examples.map((_, index) => written[index]?.text ?? "");
  const grades = await grade(
    examples.map((example, index) => ({ example, answer: texts[index] as string })),
    { model, call },
  );
  const answers = examples.map(({ id }, index) => {
    const [detail, given] = [details[index], grades[index]];
    if (detail === undefined || given === undefined) {
      throw new RangeError(`No loss or grade for example ${id}`);
    }
    const known = (tokens[index] ?? []).map(({ text, logProb }) => ({ text, logProb }));
    return { text: texts[index] as string, grade: given, loss: detail.loss, tokens: known };
  });
  return { answers, shortenedIds };
}
