import type { Config } from "../config/config.ts";
import { usageError } from "../core/errors.ts";
import type { Demonstration } from "../core/example.ts";
import type { Usage } from "../core/model.ts";
import { createRandom } from "../core/random.ts";
import type { VerdictReached } from "../core/run-event.ts";
import type { ScoredCandidate } from "../core/run-state.ts";
import type { SearchSpace } from "../core/task.ts";
import { findingOf, verdictText } from "../evaluation/verdict-text.ts";
import {
  type ChosenDemonstrations,
  chooseDemonstrations,
} from "../optimizer/choose-demonstrations.ts";
import { meanPromptTokens } from "../scoring/prompt-tokens.ts";
import { holmAdjusted } from "../statistics/holm.ts";
import type { JsonValue } from "../store/manifest.ts";
import { openModels } from "./open-models.ts";
import { type PromptOnTask, type PromptSource, readPromptOnTask } from "./prompt-on-task.ts";
import { bestDocument } from "./run.ts";
import { holdAgainst, type TrialAccess, tryPrompts, type Workbench } from "./try-prompts.ts";

/** Examples that the choice is made among, at most. */
const MOST_IN_POOL = 32;

/** How many examples are shown, and what finding them may cost. */
export interface DemonstrateSettings {
  readonly count: SearchSpace["demonstrations"];
  /** Tokens of requests; null is no limit. */
  readonly budgetTokens: number | null;
}

/** A prompt with what a call under it costs. */
interface MeasuredPrompt extends ScoredCandidate {
  /** Mean number of tokens of a call, input included. */
  readonly promptTokens: number;
}

/** The prompt with demonstrations held against another on the test examples. */
interface DemonstrationVerdict extends VerdictReached {
  readonly against: "without demonstrations" | "as given";
  /** Corrected for the number of comparisons (Holm). */
  readonly adjustedPValue: number;
}

/** A prompt, the demonstrations chosen for it, and what they are worth. */
export interface Demonstrated extends Pick<ChosenDemonstrations, "stopped"> {
  readonly model: string;
  readonly trainingExamples: number;
  /** Examples of training and test left out because the given prompt shows them. */
  readonly leftOut: number;
  readonly pool: { readonly size: number; readonly leftOut: number };
  readonly without: MeasuredPrompt;
  /** Null where the given prompt shows none. */
  readonly given: MeasuredPrompt | null;
  readonly best: MeasuredPrompt;
  /** How many demonstrations were asked for. */
  readonly asked: SearchSpace["demonstrations"];
  /** Whether the best prompt shows as many as were asked for: a spent budget or a full context may end the work before. */
  readonly inRange: boolean;
  readonly steps: readonly ScoredCandidate[];
  /** Prompts scored, and prompts that do not fit the context. */
  readonly tried: number;
  readonly refused: number;
  readonly verdicts: readonly DemonstrationVerdict[];
  /** The best prompt as best.json has it. */
  readonly document: JsonValue;
  readonly usage: Usage;
}

/** Chooses demonstrations for a prompt by its training loss, and tests what they add on held-out examples. */
export async function demonstrate(
  config: Config,
  source: PromptSource,
  { count, budgetTokens }: DemonstrateSettings,
  access: TrialAccess,
): Promise<Demonstrated> {
  const prompt = await readPromptOnTask(config, source, access);
  const pool = poolOf(config, prompt, count);
  await using models = openModels(config, access);
  return await tryPrompts(config, prompt, { models, budgetTokens }, access, async (bench) => {
    const { original, trials, task } = bench;
    const bare = { ...original.candidate, demonstrations: [] };
    const without = await trials.score(bare, "without");
    if (without === null) throw new RangeError("A prompt fits with what it shows, and not without");
    const chosen = await chooseDemonstrations({ pool: pool.examples, count, trials }, original);
    const verdicts = await reachVerdicts(bench, without, chosen.best, config.optimizer.seed);
    const measured = async (scored: ScoredCandidate): Promise<MeasuredPrompt> => ({
      ...scored,
      promptTokens: await meanPromptTokens(bench.model, scored.candidate, task.data.train),
    });
    return {
      model: config.model,
      trainingExamples: task.data.train.length,
      leftOut: prompt.leftOut,
      pool: { size: pool.examples.length, leftOut: pool.leftOut },
      without: await measured(without),
      given: original === without ? null : await measured(original),
      best: await measured(chosen.best),
      asked: count,
      inRange: isWithin(chosen.best.candidate.demonstrations.length, count),
      steps: chosen.steps,
      stopped: chosen.stopped,
      tried: trials.scored.length,
      refused: trials.refused,
      verdicts,
      document: bestDocument(chosen.best.candidate, task),
      usage: bench.meter.total(),
    };
  });
}

function isWithin(shown: number, { minimum, maximum }: SearchSpace["demonstrations"]): boolean {
  return minimum <= shown && shown <= maximum;
}

/** What may be shown: what the prompt shows already, and examples that were set aside for it. */
function poolOf(
  config: Config,
  { task, candidate }: PromptOnTask,
  { minimum }: SearchSpace["demonstrations"],
): { readonly examples: readonly Demonstration[]; readonly leftOut: number } {
  const setAside = task.data.demonstrations.map(({ id, inputs, target }) => ({
    id,
    inputs,
    target,
  }));
  const available = candidate.demonstrations.length + setAside.length;
  const needed = Math.max(1, minimum);
  if (available < needed) {
    throw usageError(
      "DEMONSTRATIONS_TOO_FEW",
      `At least ${needed} to show ${needed === 1 ? "is" : "are"} needed, but ${setAside.length} examples of ${config.data.file} could be set aside for it`,
      "Ask for fewer, give more examples, or raise data.demonstrations.",
    );
  }
  const most = Math.max(MOST_IN_POOL, minimum);
  const drawn =
    setAside.length <= most
      ? setAside
      : createRandom(config.optimizer.seed, "demonstrations").shuffle(setAside).slice(0, most);
  return {
    examples: [...candidate.demonstrations, ...drawn],
    leftOut: setAside.length - drawn.length,
  };
}

async function reachVerdicts(
  bench: Workbench,
  without: ScoredCandidate,
  best: ScoredCandidate,
  seed: number,
): Promise<readonly DemonstrationVerdict[]> {
  const others = [
    { against: "without demonstrations", start: without },
    ...(bench.original === without
      ? []
      : [{ against: "as given", start: bench.original } as const]),
  ] as const;
  const reached: (VerdictReached & Pick<DemonstrationVerdict, "against">)[] = [];
  for (const { against, start } of others) {
    const verdict = await holdAgainst(bench, start, best, seed);
    reached.push({ ...verdict, against });
  }
  const adjusted = holmAdjusted(reached.map(({ pValue }) => pValue));
  return reached.map((verdict, index) => {
    const adjustedPValue = adjusted[index] as number;
    const corrected = { ...verdict, pValue: adjustedPValue };
    const finding = findingOf(corrected, verdict.start, verdict.best);
    return {
      ...verdict,
      adjustedPValue,
      finding,
      text: verdictText(finding, corrected, verdict.start, verdict.best),
    };
  });
}
