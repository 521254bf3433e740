import { type Candidate, candidateKey, templateVariables } from "../core/candidate.ts";
import { addUsage, NO_USAGE, type Usage } from "../core/model.ts";
import type { ProposalContext, Proposer } from "../core/proposal.ts";
import { createRandom } from "../core/random.ts";
import type { Recorder } from "./recorder.ts";
import { shareSlots } from "./share.ts";

/** A new candidate and the operator that had the idea. */
export interface Idea {
  readonly operator: string;
  readonly candidate: Candidate;
}

/** Rounds in which slots that an operator could not fill go to the others. */
const ROUNDS = 3;

interface Proposing {
  readonly proposers: readonly Proposer[];
  readonly recorder: Recorder;
  readonly signal?: AbortSignal;
}

/** What one operator did in an iteration, over all rounds. */
interface Tally {
  usable: number;
  refused: Record<string, number>;
  usage: Usage;
}

/** Asks the operators for `slots` new candidates, none scored or refused before, and records what each gave. */
export async function collectProposals(
  { proposers, recorder, signal }: Proposing,
  context: Omit<ProposalContext, "random">,
  slots: number,
): Promise<readonly Idea[]> {
  const { task, settings, iteration } = context;
  const seen = new Set([
    ...[...recorder.state.candidates, ...recorder.state.dropped].map(({ candidate }) =>
      candidateKey(candidate),
    ),
    ...recorder.state.refusedKeys,
  ]);
  const ideas: Idea[] = [];
  const tallies = new Map<string, Tally>();
  let active = proposers.filter((proposer) => proposer.applies(task));
  for (let round = 0; round < ROUNDS && ideas.length < slots && active.length > 0; round++) {
    const random = createRandom(settings.seed, "share", iteration, round);
    const operators = active.map(({ operator }) => operator);
    const shares = shareSlots(operators, recorder.state.operators, slots - ideas.length, random);
    const exhausted = new Set<string>();
    for (const proposer of active) {
      const { operator } = proposer;
      const share = shares.get(operator) ?? 0;
      if (share === 0) continue;
      const made = await proposer.propose(
        share,
        { ...context, random: createRandom(settings.seed, operator, iteration, round) },
        signal === undefined ? {} : { signal },
      );
      const fresh = made.candidates.filter(
        (candidate) => isAllowed(candidate, context) && isNew(candidate, seen),
      );
      fresh.forEach((candidate) => ideas.push({ operator, candidate }));
      if (made.candidates.length < share) exhausted.add(operator);
      addToTally(tallies, operator, fresh.length, made);
    }
    active = active.filter(({ operator }) => !exhausted.has(operator));
  }
  for (const [operator, tally] of tallies) {
    recorder.record({ type: "proposals-made", iteration, operator, ...tally });
  }
  return ideas;
}

/** Not longer than allowed, and with every variable that the start prompt has. */
function isAllowed(
  { instruction }: Candidate,
  { task, settings }: Pick<ProposalContext, "task" | "settings">,
): boolean {
  const limit = Math.max(settings.maxInstructionCharacters, task.start.instruction.length);
  const kept = templateVariables(instruction);
  const needed = templateVariables(task.start.instruction);
  return instruction.length <= limit && needed.every((variable) => kept.includes(variable));
}

function isNew(candidate: Candidate, seen: Set<string>): boolean {
  const key = candidateKey(candidate);
  if (seen.has(key)) return false;
  seen.add(key);
  return true;
}

function addToTally(
  tallies: Map<string, Tally>,
  operator: string,
  usable: number,
  made: {
    readonly candidates: readonly Candidate[];
    readonly refused: Readonly<Record<string, number>>;
    readonly usage: Usage;
  },
): void {
  const tally = tallies.get(operator) ?? { usable: 0, refused: {}, usage: NO_USAGE };
  tally.usable += usable;
  tally.usage = addUsage(tally.usage, made.usage);
  const known = made.candidates.length - usable;
  const reasons = { ...made.refused, ...(known > 0 ? { known } : {}) };
  for (const [reason, count] of Object.entries(reasons)) {
    tally.refused[reason] = (tally.refused[reason] ?? 0) + count;
  }
  tallies.set(operator, tally);
}
