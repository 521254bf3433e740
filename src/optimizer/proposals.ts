import { type Candidate, candidateKey, templateVariables } from "../core/candidate.ts";
import { addUsage, NO_USAGE, type Usage } from "../core/model.ts";
import type { ProposalContext, Proposer } from "../core/proposal.ts";
import { createRandom } from "../core/random.ts";
import type { Recorder } from "./recorder.ts";
import { type QuoteFinder, quoteFinder } from "./quotes.ts";
import { shareSlots } from "./share.ts";

/** A new candidate and the operator that had the idea. */
export interface Idea {
  readonly operator: string;
  readonly candidate: Candidate;
  /** The training example that it quotes, where that is allowed. */
  readonly quotes?: string;
}

/** Rounds in which slots that an operator could not fill go to the others. */
const ROUNDS = 3;

/** What is known whoever is asked. */
export type ProposalGround = Omit<ProposalContext, "random" | "isUsable">;

interface Proposing {
  readonly proposers: readonly Proposer[];
  /** See `Search`. */
  readonly takesPlainText: boolean;
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
  { proposers, recorder, signal, takesPlainText }: Proposing,
  context: ProposalGround,
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
  const quoted = quoteFinder(task.data.train, [
    task.start.instruction,
    task.description,
    ...(task.options ?? []),
  ]);
  const objectionTo = (candidate: Candidate): string | null =>
    candidate.layout.kind === "plain" && !takesPlainText
      ? "plain-text"
      : objection(candidate, context, seen, quoted);
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
        {
          ...context,
          isUsable: (candidate) => objectionTo(candidate) === null,
          random: createRandom(settings.seed, operator, iteration, round),
        },
        signal === undefined ? {} : { signal },
      );
      const verdicts = made.candidates.map((candidate) => {
        const reason = objectionTo(candidate);
        if (reason === null) seen.add(candidateKey(candidate));
        return reason;
      });
      const fresh = made.candidates.filter((_, index) => verdicts[index] === null);
      ideas.push(...fresh.map((candidate) => ideaOf(operator, candidate, quoted)));
      if (made.candidates.length < share) exhausted.add(operator);
      addToTally(tallies, operator, fresh.length, { ...made, objections: verdicts });
    }
    active = active.filter(({ operator }) => !exhausted.has(operator));
  }
  for (const [operator, tally] of tallies) {
    recorder.record({ type: "proposals-made", iteration, operator, ...tally });
  }
  return ideas;
}

function ideaOf(operator: string, candidate: Candidate, quoted: QuoteFinder): Idea {
  const quotes = quoted(candidate.instruction);
  return quotes === null ? { operator, candidate } : { operator, candidate, quotes };
}

/** Why a candidate is not scored, or null. */
function objection(
  candidate: Candidate,
  { task, settings }: Pick<ProposalContext, "task" | "settings">,
  seen: ReadonlySet<string>,
  quoted: QuoteFinder,
): string | null {
  const { instruction } = candidate;
  const limit = Math.max(settings.maxInstructionCharacters, task.start.instruction.length);
  if (instruction.length > limit) return "too-long";
  const kept = templateVariables(instruction);
  const needed = templateVariables(task.start.instruction);
  if (needed.some((variable) => !kept.includes(variable))) return "lost-variable";
  if (settings.quotes === "refuse" && quoted(instruction) !== null) return "quotes-an-example";
  return seen.has(candidateKey(candidate)) ? "known" : null;
}

function addToTally(
  tallies: Map<string, Tally>,
  operator: string,
  usable: number,
  made: {
    readonly refused: Readonly<Record<string, number>>;
    /** One for each candidate; null where there is none. */
    readonly objections: readonly (string | null)[];
    readonly usage: Usage;
  },
): void {
  const tally = tallies.get(operator) ?? { usable: 0, refused: {}, usage: NO_USAGE };
  tally.usable += usable;
  tally.usage = addUsage(tally.usage, made.usage);
  const objected = made.objections.flatMap((reason) =>
    reason === null ? [] : [[reason, 1] as const],
  );
  for (const [reason, count] of [...Object.entries(made.refused), ...objected]) {
    tally.refused[reason] = (tally.refused[reason] ?? 0) + count;
  }
  tallies.set(operator, tally);
}
