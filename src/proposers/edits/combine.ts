import type { Candidate } from "../../core/candidate.ts";
import type { Proposer } from "../../core/proposal.ts";
import { editProposer } from "./edit-proposer.ts";

/** How many of the best candidates give their aspects. */
const PARENTS = 6;

/** Puts together instruction, layout and demonstrations of different good candidates. */
export const combine: Proposer = editProposer({
  operator: "combine",
  applies: () => true,
  ideas: ({ scored, incumbent, random }) => {
    const best = [...scored]
      .sort((a, b) => a.summary.loss - b.summary.loss)
      .slice(0, PARENTS)
      .map(({ candidate }) => candidate);
    const aspects: readonly (keyof Candidate)[] = ["instruction", "layout", "demonstrations"];
    const mixtures = best.flatMap((one) =>
      best.flatMap((other) => aspects.map((aspect) => ({ ...one, [aspect]: other[aspect] }))),
    );
    return random.shuffle(mixtures.filter((mixture) => mixture !== incumbent.candidate));
  },
});
