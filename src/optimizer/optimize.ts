import { findParts } from "../analysis/find-parts.ts";
import type { Candidate } from "../core/candidate.ts";
import type { PmpoError } from "../core/errors.ts";
import { NO_MATERIAL } from "../core/objective.ts";
import { usageMeter } from "../core/usage-meter.ts";
import type { Proposer } from "../core/proposal.ts";
import { createRandom, deriveSeed } from "../core/random.ts";
import type { PartEffect, RunStarted, StopReason } from "../core/run-event.ts";
import { incumbentOf, type ScoredCandidate } from "../core/run-state.ts";
import type { SearchSettings, TrainingTask } from "../core/task.ts";
import type { TextModel } from "../core/text-model.ts";
import type { Evaluator } from "../evaluation/evaluator.ts";
import { improvements } from "./acceptance.ts";
import { collectProposals } from "./proposals.ts";
import type { Recorder } from "./recorder.ts";
import { rulesFor } from "./rules.ts";
import { scoreIdeas } from "./score-ideas.ts";
import { stopReason } from "./stopping.ts";
import { firstValid } from "./validation.ts";

/** Everything the search works with. It is never handed a test example. */
export interface Search {
  readonly task: TrainingTask;
  readonly settings: SearchSettings;
  /** Measures candidates. */
  readonly evaluator: Evaluator;
  /** Writes rewrites and marks parts; may be the model itself. */
  readonly rewriter: TextModel;
  /** Says why a prompt must not be taken, or null: it is longer than allowed, or leaves an example held out no room. */
  readonly obstacle: (candidate: Candidate) => Promise<PmpoError | null>;
  /** Whether the model goes on with plain text; one that only chats is shown no plain layout. */
  readonly takesPlainText: boolean;
  readonly proposers: readonly Proposer[];
  readonly recorder: Recorder;
  readonly signal?: AbortSignal;
}

/**
 * Searches for a candidate with a lower mean loss on the training examples: evaluate, analyse the
 * parts, pick hard cases, propose, score, accept or keep. Every step is recorded; a search over a
 * recorder with a past goes on from there. Rejects with a PmpoError of kind `interrupted` when the
 * signal is aborted; all finished work is kept.
 */
export async function searchPrompts(search: Search, started: RunStarted): Promise<void> {
  const { recorder, settings } = search;
  if (recorder.state.started === null) {
    recorder.record(started);
    await prepareObjective(search);
    await scoreStart(search);
  }
  while (recorder.state.stopReason === null) {
    const { log, state } = recorder;
    // Time has gone on since an iteration was cut short, but the run had decided to begin it.
    const reason = log.isRepeating() ? null : stopReason(state, settings, log.elapsedSeconds());
    if (reason !== null) endSearch(search, reason);
    else if (!(await iterate(search))) endSearch(search, "nothing-to-try");
  }
}

function endSearch({ recorder }: Search, reason: StopReason): void {
  recorder.record({ type: "search-ended", reason, bestId: incumbentOf(recorder.state).id });
}

async function prepareObjective(search: Search): Promise<void> {
  const { task, evaluator, settings, recorder } = search;
  const meter = usageMeter(search);
  const { train, validation } = task.data;
  const examples = [...train, ...validation];
  const material = await evaluator.prepare(
    { start: task.start, examples, pool: train, seed: settings.seed },
    meter.call,
  );
  if (material === NO_MATERIAL) return;
  recorder.record({ type: "objective-prepared", material, usage: meter.total() });
}

async function scoreStart(search: Search): Promise<void> {
  const { task, evaluator, recorder } = search;
  const { material } = recorder.state;
  const meter = usageMeter(search);
  const losses = await evaluator.score(task.start, task.data.train, material, meter.call);
  recorder.record({
    type: "candidate-scored",
    candidateId: "c0",
    parentId: null,
    operator: "start",
    iteration: 0,
    candidate: task.start,
    losses,
    usage: meter.total(),
  });
}

/** One round of the method. Answers false when there is nothing to do better, or no operator had a new idea. */
async function iterate(search: Search): Promise<boolean> {
  const { recorder, task, settings } = search;
  const iteration = recorder.state.iterations + 1;
  const incumbent = incumbentOf(recorder.state);
  const rules = rulesFor(task.objective);
  const hardCases = rules.hardCases(
    task.data.train,
    incumbent.losses,
    settings.hardCases,
    createRandom(settings.seed, "hard cases", iteration),
  );
  if (hardCases.length === 0) return false;
  const parts = await analyseParts(search, incumbent, iteration);
  const ideas = await collectProposals(
    search,
    {
      task,
      settings,
      iteration,
      incumbent,
      scored: recorder.state.candidates,
      dropped: recorder.state.dropped,
      parts,
      hardCases,
      rewriter: search.rewriter,
    },
    settings.hardCases * settings.rewritesPerHardCase,
  );
  if (ideas.length === 0) return false;
  await scoreIdeas(search, ideas, incumbent, iteration);
  const scored = recorder.state.candidates.filter((candidate) => candidate.iteration === iteration);
  const better = improvements(incumbent, scored, rules.isGain);
  const accepted = await firstValid(search, incumbent, better, iteration);
  recorder.record({
    type: "iteration-ended",
    iteration,
    acceptedId: accepted?.id ?? null,
    incumbentId: (accepted ?? incumbent).id,
    loss: (accepted ?? incumbent).summary.loss,
  });
  return true;
}

/** The incumbent's parts with their effects, measured once for each incumbent. */
async function analyseParts(
  search: Search,
  incumbent: ScoredCandidate,
  iteration: number,
): Promise<readonly PartEffect[]> {
  const { recorder, task, settings, evaluator } = search;
  const { measureParts } = evaluator;
  const { instruction } = incumbent.candidate;
  if (measureParts === null || !task.search.instruction || instruction.trim() === "") return [];
  // A candidate with the same instruction, layout and demonstrations has been analysed already.
  const known = recorder.state.partsByCandidate[incumbent.id];
  if (known !== undefined) return known.parts;
  const meter = usageMeter(search);
  const { source, parts } = await findParts(
    search.rewriter,
    instruction,
    {
      limit: settings.maxParts,
      form: settings.rewriterForm,
      seed: deriveSeed(settings.seed, "parts", instruction),
    },
    meter.call,
  );
  // Masking the only part there is says how much an instruction helps, not which part of it.
  const effects =
    parts.length < 2
      ? []
      : await measureParts(incumbent, task.data.train, parts, recorder.state.material, meter.call);
  recorder.record({
    type: "parts-analysed",
    iteration,
    candidateId: incumbent.id,
    source,
    parts: effects,
    usage: meter.total(),
  });
  return effects;
}
