import type { Candidate } from "./candidate.ts";
import type { DataSplit } from "./example.ts";
import type { Grader, Metric } from "./metric.ts";
import type { Objective } from "./objective.ts";

/** How the program that uses the prompt reads answers: written out by the model, or picked among options by likelihood. */
export type AnswerMode = "generated" | "chosen";

/** What happens to an example that does not fit the model's context. Nothing is ever cut silently. */
export type Overflow = "error" | "drop-demonstrations";

/** Which aspects of a candidate the search may change; what is pinned keeps the start's value. */
export interface SearchSpace {
  readonly instruction: boolean;
  readonly layout: boolean;
  /** Allowed numbers of demonstrations, both included. */
  readonly demonstrations: { readonly minimum: number; readonly maximum: number };
}

/** What the length of a prompt costs. Its tokens are counted with everything before the answer, as a mean over the training examples. */
export interface PromptLength {
  /** Added to the loss for each token, nats. */
  readonly penalty: number;
  /** A longer prompt is refused; null is no limit. */
  readonly maximumTokens: number | null;
}

/** What a run is about, fully resolved: no file, flag or default is consulted after this. */
export interface Task {
  readonly name: string;
  /** What the prompt is for, in the user's words; shown to the rewriter. */
  readonly description: string;
  readonly start: Candidate;
  readonly data: DataSplit;
  readonly fieldNames: { readonly inputs: readonly string[]; readonly target: string };
  readonly objective: Objective;
  readonly answers: AnswerMode;
  readonly metric: Metric;
  /** The metric at work. */
  readonly grade: Grader;
  /** The closed set of answers shared by all examples, if there is one. */
  readonly options: readonly string[] | null;
  readonly search: SearchSpace;
  readonly overflow: Overflow;
  readonly length: PromptLength;
}

/** What the search is allowed to see of a task. */
export type TrainingTask = Omit<Task, "data"> & { readonly data: Omit<DataSplit, "test"> };

/** The numbers of the search. Defaults are the paper's where it has one. */
export interface SearchSettings {
  readonly seed: number;
  readonly maxIterations: number;
  /** k: hardest examples given to the rewriter in one iteration. */
  readonly hardCases: number;
  /** n: rewrites asked for each hard example. k·n candidates are scored in one iteration. */
  readonly rewritesPerHardCase: number;
  /** Parts of the prompt that are masked in turn, at most. */
  readonly maxParts: number;
  /** Iterations without a lower loss after which the search stops. */
  readonly patience: number;
  readonly rewriterForm: RewriterForm | "auto";
  readonly rewriterSampling: { readonly temperature: number; readonly topP: number };
  /** A longer instruction is refused. */
  readonly maxInstructionCharacters: number;
  /** Whether a prompt may hold words that a training example has and no other. */
  readonly quotes: "refuse" | "allow";
  /** Null: every candidate is scored on all training examples. */
  readonly racing: Racing | null;
  /** Whether operators that need no model propose too; without them every candidate is a rewrite. */
  readonly edits: boolean;
  readonly budget: Budget;
}

/** How candidates are dropped that cannot win any more. */
export interface Racing {
  /** Chance, at most, that one given prompt makes a candidate drop that betters it by the smallest gain on all training examples. */
  readonly error: number;
  /** The gain worth waiting for, as a share of the loss of the prompt to beat; 0: every one. */
  readonly smallestGain: number;
  /** Examples scored before anything is decided; then two fifths more each time. */
  readonly firstBlock: number;
}

/** Limits on the whole run; null is no limit. */
export interface Budget {
  /** Tokens of all requests, each counted whole, so that a cache changes no decision. */
  readonly tokens: number | null;
  readonly seconds: number | null;
}

/** How the model is asked for rewrites: two chat forms, and a completion after worked examples. */
export type RewriterForm = "chat-large" | "chat-small" | "completion";
