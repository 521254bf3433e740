import type { Estimated } from "./model.ts";

/** What the search minimises on one example; lower is better. */
export type Objective = LikelihoodObjective | AccuracyObjective;

/** Every kind is a function of log-probabilities alone (folder objectives). */
export type LikelihoodObjective =
  | CrossEntropyObjective
  | DecisionObjective
  | ContrastObjective
  | MutualInformationObjective
  | PreferenceObjective
  | AfterReasoningObjective;

/** 1 − the metric's score of the answer that the model writes: for models that say nothing of likelihoods. */
export interface AccuracyObjective {
  readonly kind: "accuracy";
}

/** The paper's loss for supervised data: −log p of the known answer. */
export interface CrossEntropyObjective {
  readonly kind: "cross-entropy";
  /** Summed over the answer (the paper's), or its mean per token or per UTF-8 byte. */
  readonly per: "answer" | "token" | "byte";
  /** Where several answers are right: the target only, the likeliest of them, or all of them together. */
  readonly references: "target" | "best" | "sum";
}

/** Picks the right one of a closed set: decision + formatWeight · format. */
export interface DecisionObjective {
  readonly kind: "decision";
  readonly formatWeight: number;
  /** Whether what each option is worth without an input is taken off before they are compared. */
  readonly priorCorrection: boolean;
}

/** Prefers the answer to wrong answers: contrast + crossEntropyWeight · cross-entropy. */
interface ContrastObjective {
  readonly kind: "contrast";
  /** Targets of other examples, wrong answers written under the start prompt, or those in the data. */
  readonly negatives: "others" | "generated" | "data";
  /** Wrong answers an example, at most. */
  readonly count: number;
  readonly crossEntropyWeight: number;
}

/** How much the input tells about the answer: −(log p(y|x) − log p(y|no input)) + crossEntropyWeight · cross-entropy. */
interface MutualInformationObjective {
  readonly kind: "mutual-information";
  readonly crossEntropyWeight: number;
}

/** Prefers the chosen answer to each rejected one. In a closed set the other options are rejected. */
export interface PreferenceObjective {
  readonly kind: "preference";
  /** The paper's logistic loss; the same against the start prompt (DPO); per token with a margin (SimPO); squared (IPO). */
  readonly form: "logistic" | "dpo" | "simpo" | "ipo";
  readonly beta: number;
  /** SimPO's margin, in units of beta times mean log-probability per token. Else unused. */
  readonly margin: number;
}

/** −log p of the answer behind reasoning that the model writes first: the mean over sampled reasonings. */
export interface AfterReasoningObjective {
  readonly kind: "answer-after-reasoning";
  /** Reasonings of each example. */
  readonly samples: number;
  /** Length of a reasoning, at most. */
  readonly reasoningTokens: number;
  /** At which reasonings are drawn; 0 is greedy. */
  readonly temperature: number;
  /** Ends the reasoning and begins the answer. Holds more than blanks. */
  readonly cue: string;
  /** With an example's id and the sample's number it gives a seed, the same under every prompt. */
  readonly seed: number;
}

/** What an objective holds answers against, gathered once before anything is scored. Plain data: it is part of the run's log. */
export interface ObjectiveMaterial {
  /** Wrong answers by example id. */
  readonly negatives: Readonly<Record<string, readonly string[]>>;
  /** Log-probabilities under the start prompt, by example id and answer text; nats. */
  readonly reference: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

export const NO_MATERIAL: ObjectiveMaterial = { negatives: {}, reference: {} };

/** Weight of the format loss: small enough not to drown the decision, large enough to prefer legal answers. */
const DEFAULT_FORMAT_WEIGHT = 0.02;

export const CROSS_ENTROPY: CrossEntropyObjective = {
  kind: "cross-entropy",
  per: "answer",
  references: "target",
};

export const DECISION: DecisionObjective = {
  kind: "decision",
  formatWeight: DEFAULT_FORMAT_WEIGHT,
  priorCorrection: false,
};

export const PREFERENCE: PreferenceObjective = {
  kind: "preference",
  form: "logistic",
  beta: 1,
  margin: 0,
};

export const ACCURACY: AccuracyObjective = { kind: "accuracy" };

export const AFTER_REASONING: AfterReasoningObjective = {
  kind: "answer-after-reasoning",
  samples: 4,
  reasoningTokens: 200,
  temperature: 0.7,
  cue: "\nThe answer is ",
  seed: 0,
};

/** How likely one answer text is under a prompt. */
export interface AnswerScore {
  readonly text: string;
  /** Σ log p over its tokens, nats, <= 0. */
  readonly logProb: number;
  readonly tokens: number;
  /** UTF-8 bytes. */
  readonly bytes: number;
  /** Present where the number is an estimate. */
  readonly estimate?: Estimated;
}

/** All that an objective may look at for one example. */
export interface ExampleScores {
  readonly target: AnswerScore;
  /** Other answers that are right too; empty where their scores are not asked for. */
  readonly accepted: readonly AnswerScore[];
  /** The texts of all right answers, the target's among them. */
  readonly right: ReadonlySet<string>;
  /** The legal answers with the target among them, or null where the answers are open. */
  readonly options: readonly AnswerScore[] | null;
  /** Wrong answers to hold the target against. */
  readonly negatives: readonly AnswerScore[];
  /** Log-probabilities of the same texts behind an input that says nothing, by text; empty where not asked for. */
  readonly contentFree: ReadonlyMap<string, number>;
  /** Log-probabilities under the start prompt, by text; empty where not asked for. */
  readonly reference: ReadonlyMap<string, number>;
}
