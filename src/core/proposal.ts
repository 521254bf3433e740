import type { Candidate } from "./candidate.ts";
import type { Example } from "./example.ts";
import type { CallOptions, Usage } from "./model.ts";
import type { Random } from "./random.ts";
import type { CandidateDropped, PartEffect } from "./run-event.ts";
import type { ScoredCandidate } from "./run-state.ts";
import type { SearchSettings, TrainingTask } from "./task.ts";
import type { TextModel } from "./text-model.ts";

/** What a proposer knows when it is asked. */
export interface ProposalContext {
  readonly task: TrainingTask;
  readonly settings: SearchSettings;
  readonly iteration: number;
  readonly incumbent: ScoredCandidate;
  /** Every candidate scored so far, the incumbent included, in order of scoring. */
  readonly scored: readonly ScoredCandidate[];
  /** Candidates that were left early, with their losses on the examples that they saw. */
  readonly dropped: readonly CandidateDropped[];
  /** The incumbent's parts with their effects; empty where the instruction has one part only. */
  readonly parts: readonly PartEffect[];
  /** The training examples with the highest loss under the incumbent, hardest first. */
  readonly hardCases: readonly Example[];
  /** Writes the rewrites: the task model itself, or a stronger one. */
  readonly rewriter: TextModel;
  /** Whether a candidate would be scored: neither known nor refused, not too long, quoting no example. */
  readonly isUsable: (candidate: Candidate) => boolean;
  readonly random: Random;
}

/** Ideas, and what became of the others. */
export interface Proposals {
  readonly candidates: readonly Candidate[];
  /** Ideas that were refused before they became candidates, by reason. */
  readonly refused: Readonly<Record<string, number>>;
  readonly usage: Usage;
}

/** Has ideas for better prompts. One proposer is one operator in all tables. */
export interface Proposer {
  readonly operator: string;
  /** Whether this operator can do anything for this task under this search space. */
  applies(task: TrainingTask): boolean;
  /** At most `count` ideas; fewer says that it has no more. */
  propose(count: number, context: ProposalContext, options: CallOptions): Promise<Proposals>;
}
