import type { Candidate } from "../core/candidate.ts";
import type { Example } from "../core/example.ts";
import type { ExampleLoss } from "../core/loss.ts";
import type { CallOptions, LanguageModel } from "../core/model.ts";
import type { Objective, ObjectiveMaterial } from "../core/objective.ts";
import type { Overflow, PromptLength } from "../core/task.ts";
import { exampleLoss, objectiveNeeds } from "../objectives/objective.ts";
import { type AnswersToScore, scoreAnswers, type ScoredAnswers } from "./score-answers.ts";

/** How candidates of one task are scored. */
export interface Scoring {
  readonly model: LanguageModel;
  readonly objective: Objective;
  /** The closed set shared by all examples; an example's own options come first. */
  readonly options: readonly string[] | null;
  /** What the objective holds answers against; none by default. */
  readonly material?: ObjectiveMaterial;
  /** Whether the end of the answer is scored too. Default true. */
  readonly scoreEnd?: boolean;
  /** What each token of the prompt costs; nothing by default. */
  readonly length?: Pick<PromptLength, "penalty">;
  readonly overflow?: Overflow;
  /** Room to leave for tokens that will be generated, when demonstrations are dropped. */
  readonly reservedTokens?: number;
}

/** An example's loss together with the log-probabilities it came from. */
export interface DetailedLoss {
  readonly loss: ExampleLoss;
  readonly target: Int32Array;
  /** Natural-log probability of each target token, nats. */
  readonly logProbs: Float64Array;
}

/** The loss of a candidate on each example, in order: one call to the model. */
export async function scoreCandidate(
  scoring: Scoring,
  candidate: Candidate,
  examples: readonly Example[],
  call: CallOptions = {},
): Promise<readonly ExampleLoss[]> {
  const detailed = await scoreInDetail(scoring, candidate, examples, call);
  return detailed.map(({ loss }) => loss);
}

/** As `scoreCandidate`, with the log-probability of every target token. */
export async function scoreInDetail(
  scoring: Scoring,
  candidate: Candidate,
  examples: readonly Example[],
  call: CallOptions = {},
): Promise<readonly DetailedLoss[]> {
  const scored = await scoreForObjective(scoring, candidate, examples, call);
  // The prompt is charged for alike on every example: long inputs are no harder than short ones.
  const meanTokens = scored.reduce((sum, each) => sum + each.promptTokens, 0) / scored.length;
  const lengthCost = (scoring.length?.penalty ?? 0) * meanTokens;
  return scored.map(({ scores, target, logProbs, promptTokens }, index) => {
    const { id } = examples[index] as Example;
    const reference = new Map(Object.entries(scoring.material?.reference[id] ?? {}));
    const { loss, ...parts } = exampleLoss(scoring.objective, { ...scores, reference });
    return {
      loss: { exampleId: id, loss: loss + lengthCost, ...parts, promptTokens },
      target,
      logProbs,
    };
  });
}

/** Log-probabilities of every answer under a prompt, by example id and text: what DPO and IPO are relative to. */
export async function referenceScores(
  scoring: Scoring,
  candidate: Candidate,
  examples: readonly Example[],
  call: CallOptions = {},
): Promise<ObjectiveMaterial["reference"]> {
  const scored = await scoreForObjective(scoring, candidate, examples, call);
  return Object.fromEntries(
    scored.map(({ scores: { target, options, negatives } }, index) => [
      (examples[index] as Example).id,
      Object.fromEntries(
        [target, ...(options ?? []), ...negatives].map(({ text, logProb }) => [text, logProb]),
      ),
    ]),
  );
}

function scoreForObjective(
  scoring: Scoring,
  candidate: Candidate,
  examples: readonly Example[],
  call: CallOptions,
): Promise<readonly ScoredAnswers[]> {
  const needs = objectiveNeeds(scoring.objective);
  return scoreAnswers(
    scoring.model,
    candidate,
    examples.map((example): AnswersToScore => ({
      example,
      accepted: needs.accepted ? otherAnswers(example) : [],
      options: legalAnswers(example, scoring.options),
      negatives: needs.negatives ? (scoring.material?.negatives[example.id] ?? []) : [],
    })),
    { ...scoring, contentFree: needs.contentFree },
    call,
  );
}

/** Right answers beside the target, each once. */
function otherAnswers({ target, accept = [] }: Example): readonly string[] {
  return [...new Set(accept)].filter((text) => text !== target);
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
