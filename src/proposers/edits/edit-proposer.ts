import type { Candidate } from "../../core/candidate.ts";
import { NO_USAGE } from "../../core/model.ts";
import type { ProposalContext, Proposer } from "../../core/proposal.ts";
import type { TrainingTask } from "../../core/task.ts";

/** A proposer that needs no model: ideas are drawn from what is known already. */
export function editProposer(edit: {
  readonly operator: string;
  readonly applies: (task: TrainingTask) => boolean;
  /** Ideas in order of preference; at least `count` where there are that many. */
  readonly ideas: (context: ProposalContext, count: number) => readonly Candidate[];
}): Proposer {
  return {
    operator: edit.operator,
    applies: edit.applies,
    propose: (count, context) =>
      Promise.resolve({
        candidates: edit.ideas(context, count).slice(0, count),
        refused: {},
        usage: NO_USAGE,
      }),
  };
}
