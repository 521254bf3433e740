import type { Candidate } from "./candidate.ts";
import type { Example } from "./example.ts";
import type { CallOptions } from "./model.ts";
import type { Random } from "./random.ts";
import type { PartEffect, RewritesReceived } from "./run-event.ts";
import type { ScoredCandidate } from "./run-state.ts";
import type { TrainingTask } from "./task.ts";

/** A prompt worth scoring, and who had the idea. */
export interface Proposal {
  readonly operator: string;
  readonly candidate: Candidate;
}

/** What a proposer knows when it is asked. */
export interface ProposalContext {
  readonly task: TrainingTask;
  readonly iteration: number;
  readonly incumbent: ScoredCandidate;
  /** The incumbent's parts with their effects; empty where the instruction has one part only. */
  readonly parts: readonly PartEffect[];
  /** The training examples with the highest loss under the incumbent, hardest first. */
  readonly hardCases: readonly Example[];
  readonly random: Random;
}

/** Has ideas for better prompts. */
export interface Proposer {
  /** The operators whose names its proposals carry. */
  readonly operators: readonly string[];
  /** At most `count` proposals of one operator; fewer when it has no more ideas. */
  propose(
    operator: string,
    count: number,
    context: ProposalContext,
    options: CallOptions & { readonly onRewrites?: (report: RewritesReceived) => void },
  ): Promise<readonly Proposal[]>;
}
