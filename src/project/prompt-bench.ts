import { join } from "node:path";
import type { Candidate } from "../core/candidate.ts";
import { usageError } from "../core/errors.ts";
import type { ExampleLoss } from "../core/loss.ts";
import type { LanguageModel } from "../core/model.ts";
import { candidateOf, foldRun, type RunState } from "../core/run-state.ts";
import type { TrainingTask } from "../core/task.ts";
import { scoreCandidate } from "../scoring/score-candidate.ts";
import { cachedModel } from "../store/cached-model.ts";
import { readRun } from "../store/run-folder.ts";
import { openScoreCache } from "../store/score-cache.ts";
import { buildTask, checkVariables } from "./build-task.ts";
import { checkSameData, checkSameModel } from "./check-same.ts";
import { movedTo } from "./moved-run.ts";
import type { ModelAccess } from "./open-model.ts";
import { openModels } from "./open-models.ts";
import { withoutTest } from "./run.ts";

/** An instruction written by hand, in the place of a candidate's own. */
export interface HandPrompt {
  /** A scored candidate of the run, whose layout and demonstrations are kept. */
  readonly baseId: string;
  readonly instruction: string;
}

/** Losses on the run's training examples, in their order. */
export interface HandLosses {
  readonly base: readonly ExampleLoss[];
  readonly hand: readonly ExampleLoss[];
}

/** A run's model and training examples, kept ready for prompts that are tried by hand. */
export interface PromptBench extends AsyncDisposable {
  /** Scores both prompts in the same way, each in one call; test examples are not touched. */
  score(prompt: HandPrompt): Promise<HandLosses>;
}

/** Opens a bench with what a run was started with. Refuses data or a model that changed since. */
export async function openPromptBench(
  projectFolder: string,
  idOrPrefix: string,
  access: ModelAccess,
): Promise<PromptBench> {
  const { manifest } = await readRun(projectFolder, idOrPrefix);
  const began = movedTo(projectFolder, manifest);
  const { task, dataHashes } = await buildTask(began.config, access);
  checkSameData(began.dataHashes, dataHashes);
  const cache = openScoreCache(join(projectFolder, ".pmpo", "cache.sqlite"));
  const models = openModels(began.config, access);
  const close = async (): Promise<void> => {
    await models[Symbol.asyncDispose]();
    cache.close();
  };
  try {
    const bare = await models.open(began.config.model);
    checkSameModel("model", manifest.modelIdentity, bare.identity);
    const model = cachedModel(bare, cache);
    return {
      score: async (prompt) => {
        // A run at work goes on: its candidates are read anew.
        const { events } = await readRun(projectFolder, idOrPrefix);
        return scoreByHand(model, withoutTest(task), foldRun(events), prompt);
      },
      [Symbol.asyncDispose]: close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function scoreByHand(
  model: LanguageModel,
  { objective, options, overflow, length, data: { train } }: TrainingTask,
  state: RunState,
  { baseId, instruction }: HandPrompt,
): Promise<HandLosses> {
  const base = candidateOf(state, baseId).candidate;
  const hand = handCandidate(base, instruction);
  checkVariables(hand.instruction, hand.layout, train);
  const { material } = state;
  const scoring = { model, objective, options, overflow, length, material };
  return {
    base: await scoreCandidate(scoring, base, train),
    hand: await scoreCandidate(scoring, hand, train),
  };
}

/** Line ends as files have them that pmpo reads. */
function handCandidate(base: Candidate, instruction: string): Candidate {
  const text = instruction.replace(/\r\n/g, "\n").replace(/\n+$/, "");
  if (text.trim() === "") throw usageError("PROMPT_EMPTY", "The prompt is empty", "Write one.");
  return { ...base, instruction: text };
}
