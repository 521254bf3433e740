import type { Unit } from "../analysis/units.ts";
import type { Config } from "../config/config.ts";
import { usageError } from "../core/errors.ts";
import { type TextModel, writerOf } from "../core/text-model.ts";
import type { CallOptions, Usage } from "../core/model.ts";
import { deriveSeed } from "../core/random.ts";
import type { VerdictReached } from "../core/run-event.ts";
import { type Compressed, compressPrompt, type ShorterPrompt } from "../optimizer/compress.ts";
import { leaveOut, leaveOutDemonstrations, type Shortening } from "../optimizer/shortening.ts";
import { shorterVersions } from "../proposers/shorten/rewriter.ts";
import { briefWordings } from "../proposers/shorten/wordings.ts";
import { meanPromptTokens, textTokens } from "../scoring/prompt-tokens.ts";
import { paretoFront } from "../statistics/pareto.ts";
import type { JsonValue } from "../store/manifest.ts";
import { openModels, openRewriter } from "./open-models.ts";
import { type PromptOnTask, type PromptSource, readPromptOnTask } from "./prompt-on-task.ts";
import { bestDocument } from "./run.ts";
import { holdAgainst, type TrialAccess, tryPrompts } from "./try-prompts.ts";

/** What may be taken from a prompt. */
export interface CompressSettings {
  /** The upper end of the interval of the rise in training loss stays at or below this. Nats. */
  readonly within: number;
  /** The finest parts that are left out. */
  readonly parts: Unit;
  /** Whether the configuration's rewriter is asked for shorter versions. */
  readonly rewrite: boolean;
  readonly budgetTokens: number | null;
}

/** A prompt with what it costs. */
export interface SizedPrompt extends ShorterPrompt {
  readonly instructionTokens: number;
}

/** A prompt made shorter, and what that costs on held-out examples. */
export interface CompressedPrompt extends Pick<Compressed, "steps" | "stopped"> {
  readonly model: string;
  readonly within: number;
  readonly trainingExamples: number;
  readonly leftOut: number;
  readonly original: SizedPrompt;
  readonly best: SizedPrompt;
  /** Prompts that no other beats in both tokens and training loss, the longest first. */
  readonly front: readonly ShorterPrompt[];
  readonly tried: number;
  readonly verdict: VerdictReached;
  /** Whether the interval of the rise in held-out loss lies within the bound too. */
  readonly heldOutWithin: boolean;
  /** The shorter prompt as best.json has it. */
  readonly document: JsonValue;
  readonly usage: Usage;
}

/** Makes a prompt shorter within a bound on its training loss, and tests the result on held-out examples. */
export async function compress(
  config: Config,
  source: PromptSource,
  settings: CompressSettings,
  access: TrialAccess,
): Promise<CompressedPrompt> {
  const read = await readPromptOnTask(config, source, access);
  checkCompressible(read);
  // A prompt above the limit is what this is for.
  const prompt = { ...read, task: { ...read.task, length: { penalty: 0, maximumTokens: null } } };
  const { seed } = config.optimizer;
  await using models = openModels(config, access);
  const rewriter = settings.rewrite ? await openRewriter(config, models) : null;
  const means = { models, budgetTokens: settings.budgetTokens };
  return await tryPrompts(config, prompt, means, access, async (bench) => {
    const { task, model, original, trials, meter } = bench;
    const shortener = writerOf(rewriter === null ? model : bench.remember(rewriter));
    const compressed = await compressPrompt(
      {
        shortenings: shorteningsOf(config, settings, shortener, meter.call),
        trials,
        promptTokens: (each) => meanPromptTokens(model, each, task.data.train),
        within: settings.within,
        seed,
      },
      original,
    );
    const { best, steps, stopped, tried } = compressed;
    const verdict = await holdAgainst(bench, original, best.scored, seed);
    const sized = async (shorter: ShorterPrompt): Promise<SizedPrompt> => ({
      ...shorter,
      instructionTokens: await textTokens(model, shorter.scored.candidate.instruction),
    });
    return {
      model: config.model,
      within: settings.within,
      trainingExamples: task.data.train.length,
      leftOut: prompt.leftOut,
      original: await sized(compressed.original),
      best: await sized(best),
      steps,
      stopped,
      front: frontOf(tried),
      tried: tried.length,
      verdict,
      heldOutWithin: verdict.loss.interval[1] <= settings.within,
      document: bestDocument(best.scored.candidate, task),
      usage: meter.total(),
    };
  });
}

function checkCompressible({ candidate, task }: PromptOnTask): void {
  if (candidate.instruction.trim() === "" && candidate.demonstrations.length === 0) {
    throw usageError(
      "COMPRESS_PROMPT_EMPTY",
      "The prompt holds no instruction and no demonstration that could be left out",
    );
  }
  if (task.data.train.length < 2) {
    throw usageError(
      "COMPRESS_TOO_FEW_EXAMPLES",
      "An interval needs two training examples at least; there is one",
      "Give more examples, or raise data.train.",
    );
  }
}

const UNITS: readonly Unit[] = ["sentence", "phrase", "word"];

/** From coarse to fine, the words last: what is said more briefly first has fewer of them. */
function shorteningsOf(
  { optimizer }: Config,
  { parts, rewrite }: CompressSettings,
  rewriter: TextModel,
  call: CallOptions,
): readonly Shortening[] {
  const allowed = UNITS.slice(0, UNITS.indexOf(parts) + 1);
  const seed = deriveSeed(optimizer.seed, "shorten");
  return [
    async (candidate) => [
      ...(await leaveOutDemonstrations(candidate)),
      ...(await leaveOut("sentence")(candidate)),
    ],
    ...(allowed.includes("phrase") ? [leaveOut("phrase")] : []),
    ...(rewrite ? [shorterVersions(rewriter, { form: optimizer.rewriterForm, seed, call })] : []),
    briefWordings,
    ...(allowed.includes("word") ? [leaveOut("word")] : []),
  ];
}

function frontOf(tried: readonly ShorterPrompt[]): readonly ShorterPrompt[] {
  const front = paretoFront(tried, ({ promptTokens, scored }) => [
    promptTokens,
    scored.summary.loss,
  ]);
  return front.toSorted((a, b) => b.promptTokens - a.promptTokens);
}
