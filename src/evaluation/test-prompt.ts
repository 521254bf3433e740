import type { Example } from "../core/example.ts";
import type { Grade } from "../core/metric.ts";
import type { CallOptions, LanguageModel } from "../core/model.ts";
import type { ObjectiveMaterial } from "../core/objective.ts";
import type { TestResult } from "../core/run-event.ts";
import type { ScoredCandidate } from "../core/run-state.ts";
import type { Task } from "../core/task.ts";
import { overflowingExamples } from "../scoring/encode-examples.ts";
import { answerTokens } from "../scoring/answer-tokens.ts";
import { scoreInDetail } from "../scoring/score-candidate.ts";
import { type AnswerLimits, generateAnswers } from "./answer.ts";
import { choiceMetrics, choicesOf } from "./choice-metrics.ts";

/** What prompts are tested on. */
export interface PromptTest {
  readonly task: TestedTask;
  readonly examples: readonly Example[];
  readonly model: LanguageModel;
  readonly limits: AnswerLimits;
  readonly material: ObjectiveMaterial;
}

type TestedTask = Pick<Task, "objective" | "options" | "grade" | "length">;

/** Lets the model answer the examples under a prompt, and scores the known answers. */
export async function testPrompt(
  { task, examples, model, limits, material }: PromptTest,
  { id, candidate }: Pick<ScoredCandidate, "id" | "candidate">,
  call: CallOptions,
): Promise<TestResult> {
  const { objective, options, length } = task;
  // The search never saw these examples, so a longer one may not fit: it is counted, never refused.
  const fitting = { overflow: "drop-demonstrations", reservedTokens: limits.maxTokens } as const;
  const prompts = examples.map((example) => ({ example, targets: [] }));
  const shortenedIds = await overflowingExamples(model, candidate, prompts, fitting);
  const scoring = { model, objective, options, material, length, ...fitting };
  const details = await scoreInDetail(scoring, candidate, examples, call);
  const losses = details.map(({ loss }) => loss);
  const tokens = await answerTokens(model, details);
  const answers = await generateAnswers(model, candidate, examples, limits, call);
  const texts = examples.map((_, index) => answers[index]?.text ?? "");
  const grades = await task.grade(
    examples.map((example, index) => ({ example, answer: texts[index] as string })),
    { model, call },
  );
  const results = details.map(({ loss }, index) => {
    const grade = grades[index];
    if (grade === undefined) throw new RangeError(`No grade for example ${loss.exampleId}`);
    return {
      exampleId: loss.exampleId,
      text: texts[index] as string,
      score: grade.score,
      loss,
      tokens: (tokens[index] ?? []).map(({ text, logProb }) => ({ text, logProb })),
    };
  });
  const choices = choicesOf(losses);
  return {
    candidateId: id,
    answers: results,
    accuracy: meanOf(results.map(({ score }) => score)),
    choiceAccuracy: choices && meanOf(choices.map(({ correct }) => Number(correct))),
    choice: choiceMetrics(losses),
    meanLoss: losses.reduce((sum, { loss }) => sum + loss, 0) / losses.length,
    positionBias: positionBias(grades),
    shortenedIds,
  };
}

function meanOf(scores: readonly number[]): number {
  return scores.reduce((sum, score) => sum + score, 0) / scores.length;
}

/** Share of the answers that a judge grades otherwise in the other order; null where none was asked. */
function positionBias(grades: readonly Grade[]): number | null {
  const asked = grades.flatMap(({ ordersAgree }) =>
    ordersAgree === undefined ? [] : [ordersAgree],
  );
  return asked.length === 0 ? null : meanOf(asked.map((agree) => Number(!agree)));
}
