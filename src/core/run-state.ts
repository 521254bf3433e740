import { type Candidate, candidateKey } from "./candidate.ts";
import { drawWeight, type ExampleLoss, type LossSummary, summariseLosses } from "./loss.ts";
import { addUsage, NO_USAGE, type Usage } from "./model.ts";
import { NO_MATERIAL, type ObjectiveMaterial } from "./objective.ts";
import type {
  CandidateDropped,
  PartsAnalysed,
  RunEvent,
  RunStarted,
  StopReason,
  VerdictReached,
} from "./run-event.ts";

/** A candidate with its losses on the training examples. */
export interface ScoredCandidate {
  readonly id: string;
  readonly parentId: string | null;
  readonly operator: string;
  readonly iteration: number;
  readonly candidate: Candidate;
  /** The training example that it quotes, where that is allowed. */
  readonly quotes?: string;
  readonly losses: readonly ExampleLoss[];
  readonly summary: LossSummary;
}

/** What came of an operator's ideas. It has a record once it was asked, even if it had none. */
export interface OperatorRecord {
  /** Candidates scored, on all examples or until they were dropped. */
  readonly tried: number;
  /** Of these, the ones with a lower loss than the incumbent of their iteration. */
  readonly better: number;
  /** Of these, the ones that became the incumbent. */
  readonly accepted: number;
}

/** What is known about a run: a fold of its events. */
export interface RunState {
  readonly started: RunStarted | null;
  readonly material: ObjectiveMaterial;
  /** In order of scoring. */
  readonly candidates: readonly ScoredCandidate[];
  /** Candidates that were left early, in that order. */
  readonly dropped: readonly CandidateDropped[];
  readonly incumbentId: string | null;
  /** Iterations completed. */
  readonly iterations: number;
  readonly iterationsWithoutGain: number;
  /** The incumbent's loss at the start and after each iteration. */
  readonly lossHistory: readonly number[];
  readonly operators: Readonly<Record<string, OperatorRecord>>;
  /** Keys of candidates that could not be scored. */
  readonly refusedKeys: readonly string[];
  /** Mean losses on the validation examples by candidate id, where there are such. */
  readonly validationLosses: Readonly<Record<string, number>>;
  readonly partsByCandidate: Readonly<Record<string, PartsAnalysed>>;
  readonly usage: Usage;
  readonly stopReason: StopReason | null;
  readonly verdict: VerdictReached | null;
}

export const EMPTY_RUN: RunState = {
  started: null,
  material: NO_MATERIAL,
  candidates: [],
  dropped: [],
  incumbentId: null,
  iterations: 0,
  iterationsWithoutGain: 0,
  lossHistory: [],
  operators: {},
  refusedKeys: [],
  validationLosses: {},
  partsByCandidate: {},
  usage: NO_USAGE,
  stopReason: null,
  verdict: null,
};

/** The state after one more event. */
export function reduceRun(state: RunState, event: RunEvent): RunState {
  switch (event.type) {
    case "run-started":
      return { ...state, started: event };
    case "objective-prepared":
      return {
        ...state,
        material: event.material,
        usage: addUsage(state.usage, event.usage),
      };
    case "candidate-scored": {
      const scored: ScoredCandidate = {
        id: event.candidateId,
        parentId: event.parentId,
        operator: event.operator,
        iteration: event.iteration,
        candidate: event.candidate,
        ...(event.quotes === undefined ? {} : { quotes: event.quotes }),
        losses: event.losses,
        summary: summariseLosses(event.losses),
      };
      const usage = addUsage(state.usage, event.usage);
      const candidates = [...state.candidates, scored];
      return state.incumbentId === null
        ? {
            ...state,
            candidates,
            usage,
            incumbentId: scored.id,
            lossHistory: [scored.summary.loss],
          }
        : { ...state, candidates, usage, operators: countTrial(state, scored) };
    }
    case "candidate-dropped":
      return {
        ...state,
        dropped: [...state.dropped, event],
        usage: addUsage(state.usage, event.usage),
        operators: countDrop(state, event),
      };
    case "parts-analysed":
      return {
        ...state,
        partsByCandidate: { ...state.partsByCandidate, [event.candidateId]: event },
        usage: addUsage(state.usage, event.usage),
      };
    case "proposals-made":
      return {
        ...state,
        usage: addUsage(state.usage, event.usage),
        operators: { [event.operator]: UNTRIED, ...state.operators },
      };
    case "candidate-refused":
      return {
        ...state,
        refusedKeys: [...state.refusedKeys, candidateKey(event.candidate)],
        usage: addUsage(state.usage, event.usage),
      };
    case "candidate-validated":
      return {
        ...state,
        validationLosses: { ...state.validationLosses, [event.candidateId]: event.loss },
        usage: addUsage(state.usage, event.usage),
      };
    case "iteration-ended":
      return {
        ...state,
        iterations: event.iteration,
        incumbentId: event.incumbentId,
        iterationsWithoutGain: event.acceptedId === null ? state.iterationsWithoutGain + 1 : 0,
        lossHistory: [...state.lossHistory, event.loss],
        operators: event.acceptedId === null ? state.operators : countWin(state, event.acceptedId),
      };
    case "search-ended":
      return { ...state, stopReason: event.reason };
    case "verdict-reached":
      return { ...state, verdict: event, usage: addUsage(state.usage, event.usage) };
  }
}

/** The state after all the given events. */
export function foldRun(events: readonly RunEvent[]): RunState {
  return events.reduce(reduceRun, EMPTY_RUN);
}

/** The scored candidate of that id. */
export function candidateOf(state: RunState, id: string): ScoredCandidate {
  const found = state.candidates.find((candidate) => candidate.id === id);
  if (found === undefined) throw new RangeError(`No candidate ${id} in this run`);
  return found;
}

/** The best candidate so far. Throws before the start prompt was scored. */
export function incumbentOf(state: RunState): ScoredCandidate {
  if (state.incumbentId === null) throw new RangeError("The start prompt was not scored yet");
  return candidateOf(state, state.incumbentId);
}

const UNTRIED: OperatorRecord = { tried: 0, better: 0, accepted: 0 };

function countTrial(state: RunState, scored: ScoredCandidate): RunState["operators"] {
  const record = state.operators[scored.operator] ?? UNTRIED;
  const better = scored.summary.loss < incumbentOf(state).summary.loss ? 1 : 0;
  return {
    ...state.operators,
    [scored.operator]: { ...record, tried: record.tried + 1, better: record.better + better },
  };
}

/** Against the incumbent it may have been better: what beat it may be another candidate. */
function countDrop(state: RunState, event: CandidateDropped): RunState["operators"] {
  const record = state.operators[event.operator] ?? UNTRIED;
  const better = foretoldChange(event, incumbentOf(state)) < 0 ? 1 : 0;
  return {
    ...state.operators,
    [event.operator]: { ...record, tried: record.tried + 1, better: record.better + better },
  };
}

/** How many were scored or dropped in that iteration. */
export function candidatesIn({ candidates, dropped }: RunState, wanted: number): number {
  return [...candidates, ...dropped].filter(({ iteration }) => iteration === wanted).length;
}

/**
 * How far the mean loss of a dropped candidate on all examples lies from the incumbent's that it was
 * to beat, as those it saw foretell. Hard ones were likelier to be seen, so each counts by the
 * inverse of its weight. Nats.
 */
export function foretoldChange(
  { losses }: Pick<CandidateDropped, "losses">,
  { losses: before, summary }: Pick<ScoredCandidate, "losses" | "summary">,
): number {
  const lossBefore = new Map(before.map(({ exampleId, loss }) => [exampleId, loss]));
  let [change, total] = [0, 0];
  for (const { exampleId, loss } of losses) {
    const old = lossBefore.get(exampleId) as number;
    const share = 1 / drawWeight(old, summary.loss);
    change += share * (loss - old);
    total += share;
  }
  return change / total;
}

/** The mean loss of a dropped candidate on all examples as those it saw foretell; no raced loss is below 0. Nats. */
export function foretoldLoss(
  dropped: Pick<CandidateDropped, "losses">,
  incumbent: Pick<ScoredCandidate, "losses" | "summary">,
): number {
  return Math.max(0, incumbent.summary.loss + foretoldChange(dropped, incumbent));
}

function countWin(state: RunState, acceptedId: string): RunState["operators"] {
  const { operator } = candidateOf(state, acceptedId);
  const record = state.operators[operator] ?? UNTRIED;
  return { ...state.operators, [operator]: { ...record, accepted: record.accepted + 1 } };
}
