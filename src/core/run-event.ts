import type { AnswerToken } from "./answer-token.ts";
import type { Candidate } from "./candidate.ts";
import type { RecordedExample } from "./example.ts";
import type { ChoiceMetrics, ExampleLoss } from "./loss.ts";
import type { Measure } from "./measure.ts";
import type { Objective, ObjectiveMaterial } from "./objective.ts";
import type { Usage } from "./model.ts";

/** One thing that happened in a run. The log of these is the run: everything shown is derived from it. */
export type RunEvent =
  | RunStarted
  | ObjectivePrepared
  | CandidateScored
  | CandidateDropped
  | PartsAnalysed
  | ProposalsMade
  | CandidateRefused
  | CandidateValidated
  | IterationEnded
  | SearchEnded
  | VerdictReached;

export interface RunStarted {
  readonly type: "run-started";
  readonly taskName: string;
  readonly model: string;
  readonly objective: Objective;
  /** Why this objective was taken, in plain words. */
  readonly objectiveReason: string;
  readonly trainIds: readonly string[];
  readonly demonstrationIds: readonly string[];
  readonly validationIds: readonly string[];
  readonly testIds: readonly string[];
  /** The training examples, for those who read the log. */
  readonly examples: readonly RecordedExample[];
}

/** What the objective holds answers against was gathered. Only where it needs something. */
interface ObjectivePrepared {
  readonly type: "objective-prepared";
  readonly material: ObjectiveMaterial;
  readonly usage: Usage;
}

export interface CandidateScored {
  readonly type: "candidate-scored";
  /** `c0` is the start prompt; then in the order in which their scoring ended. */
  readonly candidateId: string;
  readonly parentId: string | null;
  /** Who proposed it: `start`, `rewrite`, `layout`, … */
  readonly operator: string;
  /** 0 for the start prompt. */
  readonly iteration: number;
  readonly candidate: Candidate;
  /** The training example that it quotes, where that is allowed. */
  readonly quotes?: string;
  /** One per training example, in their order. */
  readonly losses: readonly ExampleLoss[];
  readonly usage: Usage;
}

/** A candidate that was left before all training examples were scored, because it cannot win any more. */
export interface CandidateDropped {
  readonly type: "candidate-dropped";
  readonly candidateId: string;
  readonly parentId: string;
  readonly operator: string;
  readonly iteration: number;
  readonly candidate: Candidate;
  /** Of the examples that were scored, in racing order. */
  readonly losses: readonly ExampleLoss[];
  /** The prompt that beat it. */
  readonly beatenBy: string;
  /** Logarithm of the e-value against its being no worse on all examples; null: it cannot be, whatever follows. */
  readonly logEvidence: number | null;
  readonly usage: Usage;
}

/** A removable unit of the instruction and what masking it does to the loss. */
export interface PartEffect {
  readonly text: string;
  /** UTF-16 offsets in the instruction; `end` is not included. */
  readonly start: number;
  readonly end: number;
  /** Mean of (loss with the part masked − loss): above 0 the part helps, below it hurts. Nats. */
  readonly deltaLoss: number;
  /** Standard error of that mean over the paired differences. */
  readonly standardError: number;
}

export interface PartsAnalysed {
  readonly type: "parts-analysed";
  readonly iteration: number;
  readonly candidateId: string;
  /** Who found the parts: the model, or the fallback by lines and sentences. */
  readonly source: "model" | "sentences";
  readonly parts: readonly PartEffect[];
  readonly usage: Usage;
}

/** What one operator came up with in one iteration, before scoring. */
interface ProposalsMade {
  readonly type: "proposals-made";
  readonly iteration: number;
  readonly operator: string;
  /** New candidates, in the order in which they are scored. */
  readonly usable: number;
  /** Ideas that were refused, by reason. */
  readonly refused: Readonly<Record<string, number>>;
  readonly usage: Usage;
}

/** A candidate that could not be scored, such as one whose demonstrations do not fit the context. */
interface CandidateRefused {
  readonly type: "candidate-refused";
  readonly iteration: number;
  readonly operator: string;
  readonly candidate: Candidate;
  readonly reason: string;
  /** What was spent before it turned out. */
  readonly usage: Usage;
}

/** A candidate that is better on the training examples, or the incumbent before it, was scored on the validation examples. */
interface CandidateValidated {
  readonly type: "candidate-validated";
  readonly candidateId: string;
  readonly iteration: number;
  /** Mean over the validation examples. */
  readonly loss: number;
  readonly usage: Usage;
}

export interface IterationEnded {
  readonly type: "iteration-ended";
  readonly iteration: number;
  /** The candidate that became the incumbent, or null when the old one was kept. */
  readonly acceptedId: string | null;
  readonly incumbentId: string;
  readonly loss: number;
}

export type StopReason =
  | "iterations"
  | "patience"
  | "token-budget"
  | "time-budget"
  | "nothing-to-try";

interface SearchEnded {
  readonly type: "search-ended";
  readonly reason: StopReason;
  readonly bestId: string;
}

/** How one prompt did on the test examples. */
export interface TestResult {
  readonly candidateId: string;
  /** One per test example that was answered, in order. */
  readonly answers: readonly {
    readonly exampleId: string;
    readonly text: string;
    /** By the task's metric, from 0 (wrong) to 1 (right). */
    readonly score: number;
    readonly loss: ExampleLoss;
    /** Of the known answer, the one that ends it included; absent in logs of older runs. */
    readonly tokens?: readonly AnswerToken[];
  }[];
  /** Mean score: the share of right answers where each is right or wrong. */
  readonly accuracy: number;
  readonly choiceAccuracy: number | null;
  /** Null unless every example has a closed set of answers. */
  readonly choice: ChoiceMetrics | null;
  readonly meanLoss: number;
  /** Share of the answers on which a judge changed its mind with the order of the texts; null where none was asked. */
  readonly positionBias: number | null;
  /** Examples answered with fewer demonstrations, because the prompt did not fit the context. */
  readonly shortenedIds: readonly string[];
}

/** A difference with its 95 % interval. */
export interface PairedDifference {
  readonly difference: number;
  readonly interval: readonly [number, number];
}

/** Differences of what log-probabilities of options say; of accuracy by choice, margin and Brier score. */
export interface ChoiceDifferences {
  readonly accuracy: PairedDifference;
  readonly margin: PairedDifference;
  readonly brier: PairedDifference;
}

/** What a comparison of two prompts allows to say. */
export type Finding = "better" | "worse" | "no-evidence" | "same-prompt";

export interface VerdictReached {
  readonly type: "verdict-reached";
  /** The test examples; before the verdict the log says nothing of them but their ids. */
  readonly examples: readonly RecordedExample[];
  readonly start: TestResult;
  readonly best: TestResult;
  /** What the sentence is about: the accuracy that fits how answers are read. */
  readonly measure: Measure;
  /** best − start of that accuracy. */
  readonly accuracy: PairedDifference;
  /** Exact McNemar test where answers are right or wrong, else a permutation of signs. */
  readonly pValue: number;
  /** A true difference that so many examples would show with 80 % probability; a share. */
  readonly minimumDetectable: number | null;
  /** best − start of the mean test loss; below 0 is better. */
  readonly loss: PairedDifference;
  /** best − start; null unless both have a closed set of answers for every example. */
  readonly choice: ChoiceDifferences | null;
  readonly finding: Finding;
  readonly text: string;
  readonly usage: Usage;
}

/** Where the run's events go, and where its past lies. */
export interface RunLog {
  /** Everything recorded so far, oldest first. */
  readonly events: readonly RunEvent[];
  /**
   * Appends, and answers the event as it stands in the log. While a resumed run repeats what was
   * recorded, the event is compared with the recorded one instead, and must be the same but for
   * its usage; the recorded one is answered.
   */
  emit(event: RunEvent): RunEvent;
  /** True while recorded events lie ahead: the run went on from here, so it must not stop here now. */
  isRepeating(): boolean;
  /** Says that everything from this index on will be emitted again. Called once, before the first `emit`. */
  replayFrom(index: number): void;
  /** Seconds of work in all sessions of this run. */
  elapsedSeconds(): number;
  /** Seconds of work up to the last recorded event. */
  recordedSeconds(): number;
}
