import { type Candidate, candidateKey } from "../core/candidate.ts";
import type { PmpoError } from "../core/errors.ts";
import type { Example } from "../core/example.ts";
import { summariseLosses } from "../core/loss.ts";
import type { ScoredCandidate } from "../core/run-state.ts";
import type { usageMeter } from "../core/usage-meter.ts";
import { type Scoring, scoreCandidate } from "../scoring/score-candidate.ts";
import { unlessRefused } from "./refusals.ts";

/** Told of each prompt that was scored, and how many there are by now. */
export type TrialListener = (scored: ScoredCandidate, count: number) => void;

/** What prompts are tried with. */
export interface TrialSettings {
  /** With what is left out on overflow pinned to an error: a prompt that does not fit is not scored as a shorter one. */
  readonly scoring: Scoring;
  readonly examples: readonly Example[];
  /** Says why a prompt would leave no room for an answer, or null. */
  readonly room: (candidate: Candidate) => Promise<PmpoError | null>;
  /** Counts what the trials cost. */
  readonly meter: ReturnType<typeof usageMeter>;
  /** Tokens of requests after which no trial begins; null is no limit. */
  readonly budgetTokens: number | null;
  readonly onTrial?: TrialListener;
}

/** Prompts scored one after the other on the same examples, each once. */
export interface Trials {
  /** In order of scoring. */
  readonly scored: readonly ScoredCandidate[];
  /** Prompts that do not fit the context. */
  readonly refused: number;
  /** Whether the budget is used up. */
  isSpent(): boolean;
  /** The prompt with its losses, or null where it cannot be scored. `parent` is what it was made of. */
  score(
    candidate: Candidate,
    operator: string,
    parent?: ScoredCandidate,
  ): Promise<ScoredCandidate | null>;
}

export function startTrials(settings: TrialSettings): Trials {
  const { scoring, examples, room, meter, budgetTokens, onTrial } = settings;
  const known = new Map<string, ScoredCandidate | null>();
  const scored = (): readonly ScoredCandidate[] =>
    [...known.values()].filter((candidate) => candidate !== null);
  return {
    get scored() {
      return scored();
    },
    get refused() {
      return known.size - scored().length;
    },
    isSpent: () => budgetTokens !== null && meter.total().requestedTokens >= budgetTokens,
    score: async (candidate, operator, parent) => {
      const key = candidateKey(candidate);
      const before = known.get(key);
      if (before !== undefined) return before;
      const losses = await unlessRefused(async () => {
        const noRoom = await room(candidate);
        if (noRoom !== null) throw noRoom;
        return scoreCandidate(scoring, candidate, examples, meter.call);
      });
      const result =
        losses === null
          ? null
          : {
              id: `c${scored().length}`,
              parentId: parent?.id ?? null,
              operator,
              iteration: parent === undefined ? 0 : parent.iteration + 1,
              candidate,
              losses,
              summary: summariseLosses(losses),
            };
      known.set(key, result);
      if (result !== null) onTrial?.(result, scored().length);
      return result;
    },
  };
}
