import type { AnswerToken } from "../core/answer-token.ts";
import type { Candidate } from "../core/candidate.ts";
import type { Example } from "../core/example.ts";
import type { ExampleLoss } from "../core/loss.ts";
import type { Grade } from "../core/metric.ts";
import type { CallOptions } from "../core/model.ts";
import type { ObjectiveMaterial } from "../core/objective.ts";
import type { PartEffect } from "../core/run-event.ts";
import type { ScoredCandidate } from "../core/run-state.ts";
import type { Part } from "../analysis/parts.ts";

/**
 * Measures the candidates of one task, by likelihood or by graded answers. Search and verdict know
 * nothing else of the model that prompts are sought for.
 */
export interface Evaluator {
  /** Gathers what losses are held against, once before anything is scored; `NO_MATERIAL` where nothing is. */
  prepare(ground: Ground, call: CallOptions): Promise<ObjectiveMaterial>;
  /** The loss of a candidate on each example, in order. Rejects where one does not fit the context, if the task says so. */
  score(
    candidate: Candidate,
    examples: readonly Example[],
    material: ObjectiveMaterial,
    call: CallOptions,
  ): Promise<readonly ExampleLoss[]>;
  /** The same on examples that the search never saw: what does not fit is shown fewer demonstrations. */
  scoreHeldOut: Evaluator["score"];
  /** What masking each part of the candidate's instruction does; null where that would be too coarse to say anything. */
  readonly measureParts:
    | ((
        scored: Pick<ScoredCandidate, "candidate" | "losses">,
        examples: readonly Example[],
        parts: readonly Part[],
        material: ObjectiveMaterial,
        call: CallOptions,
      ) => Promise<readonly PartEffect[]>)
    | null;
  /** The model's own answers to held-out examples, graded, beside the losses. */
  test(
    candidate: Candidate,
    examples: readonly Example[],
    material: ObjectiveMaterial,
    call: CallOptions,
  ): Promise<TestedExamples>;
}

/** What material is gathered from. */
interface Ground {
  readonly start: Candidate;
  /** The examples that will be scored with it. */
  readonly examples: readonly Example[];
  /** The examples whose targets may be wrong answers to others. */
  readonly pool: readonly Example[];
  readonly seed: number;
}

/** What a candidate did on examples. */
export interface TestedExamples {
  /** One per example, in order. */
  readonly answers: readonly {
    readonly text: string;
    readonly grade: Grade;
    readonly loss: ExampleLoss;
    /** Of the known answer, where log-probabilities were measured. */
    readonly tokens?: readonly AnswerToken[];
  }[];
  /** Examples answered with fewer demonstrations, because the prompt did not fit the context. */
  readonly shortenedIds: readonly string[];
}
