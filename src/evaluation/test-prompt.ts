import type { Example } from "../core/example.ts";
import type { CallOptions, LanguageModel } from "../core/model.ts";
import type { ObjectiveMaterial } from "../core/objective.ts";
import type { TestResult } from "../core/run-event.ts";
import type { ScoredCandidate } from "../core/run-state.ts";
import type { Task } from "../core/task.ts";
import { overflowingExamples } from "../scoring/encode-examples.ts";
import { scoreCandidate } from "../scoring/score-candidate.ts";
import { type AnswerLimits, generateAnswers } from "./answer.ts";
import { isCorrect } from "./metrics.ts";

/** What prompts are tested on. */
export interface PromptTest {
  readonly task: TestedTask;
  readonly examples: readonly Example[];
  readonly model: LanguageModel;
  readonly limits: AnswerLimits;
  readonly material: ObjectiveMaterial;
}

type TestedTask = Pick<Task, "objective" | "options" | "metric">;

/** Lets the model answer the examples under a prompt, and scores the known answers. */
export async function testPrompt(
  { task, examples, model, limits, material }: PromptTest,
  { id, candidate }: Pick<ScoredCandidate, "id" | "candidate">,
  call: CallOptions,
): Promise<TestResult> {
  const { objective, options } = task;
  // The search never saw these examples, so a longer one may not fit: it is counted, never refused.
  const fitting = { overflow: "drop-demonstrations", reservedTokens: limits.maxTokens } as const;
  const prompts = examples.map((example) => ({ example, targets: [] }));
  const shortenedIds = await overflowingExamples(model, candidate, prompts, fitting);
  const scoring = { model, objective, options, material, ...fitting };
  const losses = await scoreCandidate(scoring, candidate, examples, call);
  const answers = await generateAnswers(model, candidate, examples, limits, call);
  const results = examples.map((example, index) => resultOf(task, example, answers, losses, index));
  const choices = losses.flatMap(({ choice }) => (choice === undefined ? [] : [choice.correct]));
  return {
    candidateId: id,
    answers: results,
    accuracy: shareOf(results.map(({ correct }) => correct)),
    choiceAccuracy: choices.length === examples.length ? shareOf(choices) : null,
    meanLoss: losses.reduce((sum, { loss }) => sum + loss, 0) / losses.length,
    shortenedIds,
  };
}

function resultOf(
  task: TestedTask,
  example: Example,
  answers: Awaited<ReturnType<typeof generateAnswers>>,
  losses: Awaited<ReturnType<typeof scoreCandidate>>,
  index: number,
): TestResult["answers"][number] {
  const text = answers[index]?.text ?? "";
  const loss = losses[index];
  if (loss === undefined) throw new RangeError(`No loss for example ${example.id}`);
  return { exampleId: example.id, text, correct: isCorrect(task.metric, example, text), loss };
}

function shareOf(hits: readonly boolean[]): number {
  return hits.filter(Boolean).length / hits.length;
}
