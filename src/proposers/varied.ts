import { type Candidate, candidateKey } from "../core/candidate.ts";
import type { LanguageModel } from "../core/model.ts";
import type { ProposalContext, Proposer } from "../core/proposal.ts";
import { createRandom } from "../core/random.ts";
import type { ScoredCandidate } from "../core/run-state.ts";
import { summariseLosses } from "../core/loss.ts";
import type { SearchSettings, TrainingTask } from "../core/task.ts";
import { type TextModel, writerOf } from "../core/text-model.ts";
import { answerForm, nameAnswers } from "./edits/answers.ts";
import { changeDemonstrations } from "./edits/demonstrations.ts";
import { changeLayout } from "./edits/layout.ts";
import { phrases } from "./edits/phrases.ts";

const EDITS: readonly Proposer[] = [
  changeLayout,
  changeDemonstrations,
  nameAnswers,
  answerForm,
  phrases,
];

/** Edits that one prompt goes through, at most. */
const MOST_EDITS = 3;
/** Tries for each prompt wanted, before it is accepted that there are fewer. */
const TRIES = 10;

/**
 * The start prompt and others that differ from it in wording, layout and demonstrations, as far as
 * the task lets them vary; none twice. No model is asked.
 */
export async function variedCandidates(
  task: TrainingTask,
  settings: SearchSettings,
  model: LanguageModel | TextModel,
  count: number,
): Promise<readonly Candidate[]> {
  const edits = EDITS.filter((edit) => edit.applies(task));
  const found = new Map([[candidateKey(task.start), task.start]]);
  for (let turn = 0; found.size < count && turn < TRIES * count; turn++) {
    const random = createRandom(settings.seed, "varied", turn);
    const steps = random.shuffle(edits).slice(0, 1 + random.integer(MOST_EDITS));
    let candidate = task.start;
    for (const edit of steps) {
      const context = { ...contextOf(task, settings, model, candidate), random };
      const [changed] = (await edit.propose(1, context, {})).candidates;
      candidate = changed ?? candidate;
    }
    found.set(candidateKey(candidate), candidate);
  }
  return [...found.values()];
}

/** What an edit is told where nothing was scored yet. */
function contextOf(
  task: TrainingTask,
  settings: SearchSettings,
  model: LanguageModel | TextModel,
  candidate: Candidate,
): Omit<ProposalContext, "random"> {
  const incumbent: ScoredCandidate = {
    id: "c0",
    parentId: null,
    operator: "start",
    iteration: 0,
    candidate,
    losses: [],
    summary: summariseLosses([]),
  };
  return {
    task,
    settings,
    iteration: 0,
    incumbent,
    scored: [incumbent],
    dropped: [],
    parts: [],
    hardCases: [],
    isUsable: () => true,
    rewriter: writerOf(model),
  };
}
