import { type Example, rightAnswers } from "../core/example.ts";
import type { ObjectiveMaterial } from "../core/objective.ts";
import type { ObjectiveNeeds } from "../objectives/objective.ts";
import type { AnswersToScore } from "./score-answers.ts";

/** What the answers of examples are held against. */
interface AnswerSources {
  /** The closed set shared by all examples; an example's own options come first. */
  readonly options: readonly string[] | null;
  readonly material?: ObjectiveMaterial;
}

/** The texts that an objective needs scores of, for each example in order. */
export function answersToScore(
  { options, material }: AnswerSources,
  needs: ObjectiveNeeds,
  examples: readonly Example[],
): readonly AnswersToScore[] {
  return examples.map((example) => ({
    example,
    accepted: needs.accepted ? otherAnswers(example) : [],
    options: legalAnswers(example, options),
    negatives: needs.negatives ? (material?.negatives[example.id] ?? []) : [],
  }));
}

/** Right answers beside the target, each once. */
function otherAnswers(example: Example): readonly string[] {
  return rightAnswers(example).slice(1);
}

/** The example's own options, or those of the task, with its answer among them; null where answers are open. */
function legalAnswers(
  example: Example,
  shared: readonly string[] | null,
): readonly string[] | null {
  const options = example.options ?? shared;
  if (options === null) return null;
  // A rare answer may turn up in the test examples only: it is one more option there.
  return options.includes(example.target) ? options : [...options, example.target];
}
