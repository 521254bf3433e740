import type { Example } from "../core/example.ts";
import { meanOf } from "../core/mean.ts";
import type { Grade } from "../core/metric.ts";
import type { CallOptions } from "../core/model.ts";
import type { ObjectiveMaterial } from "../core/objective.ts";
import type { TestResult } from "../core/run-event.ts";
import type { ScoredCandidate } from "../core/run-state.ts";
import { choiceMetrics, choicesOf } from "./choice-metrics.ts";
import type { Evaluator } from "./evaluator.ts";

/** What prompts are tested on. */
export interface PromptTest {
  readonly evaluator: Evaluator;
  readonly examples: readonly Example[];
  readonly material: ObjectiveMaterial;
}

/** Lets the model answer the examples under a prompt, and sums up what it did. */
export async function testPrompt(
  { evaluator, examples, material }: PromptTest,
  { id, candidate }: Pick<ScoredCandidate, "id" | "candidate">,
  call: CallOptions,
): Promise<TestResult> {
  const { answers, shortenedIds } = await evaluator.test(candidate, examples, material, call);
  const losses = answers.map(({ loss }) => loss);
  const choices = choicesOf(losses);
  return {
    candidateId: id,
    answers: answers.map(({ text, grade, loss, tokens }) => ({
      exampleId: loss.exampleId,
      text,
      score: grade.score,
      loss,
      ...(tokens === undefined ? {} : { tokens }),
    })),
    accuracy: meanOf(answers.map(({ grade }) => grade.score)),
    choiceAccuracy: choices && meanOf(choices.map(({ correct }) => Number(correct))),
    choice: choiceMetrics(losses),
    meanLoss: meanOf(losses.map(({ loss }) => loss)),
    positionBias: positionBias(answers.map(({ grade }) => grade)),
    shortenedIds,
  };
}

/** Share of the answers that a judge grades otherwise in the other order; null where none was asked. */
function positionBias(grades: readonly Grade[]): number | null {
  const asked = grades.flatMap(({ ordersAgree }) =>
    ordersAgree === undefined ? [] : [ordersAgree],
  );
  return asked.length === 0 ? null : meanOf(asked.map((agree) => Number(!agree)));
}
