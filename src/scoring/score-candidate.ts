import type { Candidate } from "../core/candidate.ts";
import type { Example } from "../core/example.ts";
import type { LikelihoodLoss } from "../core/loss.ts";
import type { CallOptions, LanguageModel } from "../core/model.ts";
import type { LikelihoodObjective, ObjectiveMaterial } from "../core/objective.ts";
import type { Overflow, PromptLength } from "../core/task.ts";
import { type AnswerLoss, exampleLoss, objectiveNeeds } from "../objectives/objective.ts";
import { answersToScore } from "./answers-to-score.ts";
import { scoreAfterReasoning, type ScoredReasoning } from "./score-after-reasoning.ts";
import { scoreAnswers, type ScoredAnswers } from "./score-answers.ts";

/** How candidates of one task are scored. */
export interface Scoring {
  readonly model: LanguageModel;
  readonly objective: LikelihoodObjective;
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
  readonly loss: LikelihoodLoss;
  readonly target: Int32Array;
  /** Natural-log probability of each target token, nats; behind reasonings, their means. */
  readonly logProbs: Float64Array;
  /** What the model wrote before the answer, where the objective lets it. */
  readonly reasonings?: readonly ScoredReasoning[];
}

/** The loss of a candidate on each example, in order: one call to the model, and one before it where it reasons first. */
export async function scoreCandidate(
  scoring: Scoring,
  candidate: Candidate,
  examples: readonly Example[],
  call: CallOptions = {},
): Promise<readonly LikelihoodLoss[]> {
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
  const scored = await scoredExamples(scoring, candidate, examples, call);
  // The prompt is charged for alike on every example: long inputs are no harder than short ones.
  const meanTokens = scored.reduce((sum, each) => sum + each.promptTokens, 0) / scored.length;
  const lengthCost = (scoring.length?.penalty ?? 0) * meanTokens;
  return scored.map(({ answer: { loss, ...parts }, promptTokens, ...detail }, index) => {
    const { id } = examples[index] as Example;
    return {
      loss: { exampleId: id, loss: loss + lengthCost, ...parts, promptTokens },
      ...detail,
    };
  });
}

/** An example's answers with their loss, before the prompt's length is charged for. */
interface ScoredExample extends Omit<DetailedLoss, "loss"> {
  readonly answer: AnswerLoss;
  readonly promptTokens: number;
}

async function scoredExamples(
  scoring: Scoring,
  candidate: Candidate,
  examples: readonly Example[],
  call: CallOptions,
): Promise<readonly ScoredExample[]> {
  const { model, objective } = scoring;
  if (objective.kind !== "answer-after-reasoning") {
    return scoredAtOnce(scoring, candidate, examples, call);
  }
  const wanted = answersToScore(scoring, objectiveNeeds(objective), examples);
  return scoreAfterReasoning(model, candidate, wanted, { ...scoring, objective }, call);
}

async function scoredAtOnce(
  scoring: Scoring,
  candidate: Candidate,
  examples: readonly Example[],
  call: CallOptions,
): Promise<readonly ScoredExample[]> {
  const scored = await scoreForObjective(scoring, candidate, examples, call);
  return scored.map(({ scores, ...detail }, index) => {
    const { id } = examples[index] as Example;
    const reference = new Map(Object.entries(scoring.material?.reference[id] ?? {}));
    return { answer: exampleLoss(scoring.objective, { ...scores, reference }), ...detail };
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
    answersToScore(scoring, needs, examples),
    { ...scoring, contentFree: needs.contentFree },
    call,
  );
}
