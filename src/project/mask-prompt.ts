import { findParts, type FoundParts } from "../analysis/find-parts.ts";
import { type MaskedPart, maskParts, partEffect, type PartVerdict } from "../analysis/mask.ts";
import type { Config } from "../config/config.ts";
import { usageError } from "../core/errors.ts";
import type { Example } from "../core/example.ts";
import { type LossSummary, summariseLosses } from "../core/loss.ts";
import type { LanguageModel, Usage } from "../core/model.ts";
import type { LikelihoodObjective } from "../core/objective.ts";
import { createRandom } from "../core/random.ts";
import type { PartEffect } from "../core/run-event.ts";
import { type TextModel, writerOf } from "../core/text-model.ts";
import { usageMeter } from "../core/usage-meter.ts";
import { gatherMaterial } from "../evaluation/objective-material.ts";
import { scoreCandidate, type Scoring } from "../scoring/score-candidate.ts";
import { meanInterval } from "../statistics/student.ts";
import { hasOption } from "./build-task.ts";
import { chooseObjective, likelihoodObjective } from "./choose-objective.ts";
import { loadGrader } from "./load-metric.ts";
import { judgedBy, judgeInTraining, openJudge } from "./open-judge.ts";
import type { ModelAccess } from "./open-model.ts";
import { openModels, openRewriter } from "./open-models.ts";
import { type PromptOnData, readPromptOnData } from "./prompt-on-data.ts";

/** A part of a prompt with what masking it does. */
export interface MeasuredPart extends PartEffect {
  /** 95 % interval of `deltaLoss`. */
  readonly interval: readonly [low: number, high: number];
  readonly verdict: PartVerdict;
  /** The effect on each example, in the examples' order; nats. */
  readonly differences: readonly number[];
}

/** What each part of a prompt is worth. */
export interface MaskedPrompt {
  readonly model: string;
  readonly instruction: string;
  /** Means over the examples with nothing masked. */
  readonly losses: LossSummary;
  /** Who found the parts: the model, or the fallback by lines and sentences. */
  readonly source: FoundParts["source"];
  readonly parts: readonly MeasuredPart[];
  /** Parts that were left out because the mask makes the prompt too long for the context. */
  readonly partsTooLong: number;
  readonly examples: readonly Example[];
  readonly usage: Usage;
}

/** Finds the parts of a configuration's prompt and measures each by masking it. */
export async function maskPrompt(config: Config, access: ModelAccess): Promise<MaskedPrompt> {
  const { seed } = config.optimizer;
  const input = await readPromptOnData(config, access);
  if (input.candidate.instruction.trim() === "") {
    throw usageError("MASK_PROMPT_EMPTY", "The prompt holds no instruction that could be masked");
  }
  const examples = createRandom(seed, "mask").shuffle(input.examples).slice(0, config.data.train);
  const objective = objectiveOf(config, input, examples);
  await using models = openModels(config, access);
  const model = await models.open(config.model);
  const rewriter = await openRewriter(config, models);
  const judge = await openJudge(judgeInTraining(input.metric, objective), config, models);
  return await measure(
    config,
    { ...input, examples },
    { model, objective, options: input.options },
    { finder: writerOf(rewriter ?? model), judge, access },
  );
}

function objectiveOf(
  config: Config,
  { options, reading }: PromptOnData,
  examples: readonly Example[],
): LikelihoodObjective {
  const closed = examples.every((example) => hasOption(example, options));
  const { objective } = chooseObjective(config, { ...reading, closed });
  return likelihoodObjective(objective, "pmpo mask");
}

interface Helpers {
  /** Finds the prompt's parts. */
  readonly finder: TextModel;
  /** Null where the scored model judges, or nobody. */
  readonly judge: LanguageModel | TextModel | null;
  readonly access: ModelAccess;
}

async function measure(
  config: Config,
  { candidate, examples, metric }: PromptOnData,
  bare: Scoring,
  { finder, judge, access }: Helpers,
): Promise<MaskedPrompt> {
  const { maxParts, rewriterForm, seed } = config.optimizer;
  const meter = usageMeter(access);
  const task = { ...bare, grade: await loadGrader(metric), overflow: config.overflow };
  const material = await gatherMaterial(
    {
      task: judgedBy(task, judge),
      model: bare.model,
      start: candidate,
      examples,
      pool: examples,
      seed,
    },
    meter.call,
  );
  const { length, overflow } = config;
  const scoring = { ...bare, length, overflow, material };
  const losses = await scoreCandidate(scoring, candidate, examples, meter.call);
  const found = await findParts(
    finder,
    candidate.instruction,
    { limit: maxParts, form: rewriterForm, seed },
    meter.call,
  );
  const masked = await maskParts(scoring, candidate, losses, examples, found.parts, meter.call);
  return {
    model: config.model,
    instruction: candidate.instruction,
    losses: summariseLosses(losses),
    source: found.source,
    parts: masked.map(measuredPart),
    partsTooLong: found.parts.length - masked.length,
    examples,
    usage: meter.total(),
  };
}

function measuredPart(masked: MaskedPart): MeasuredPart {
  const effect = partEffect(masked);
  const { interval } = meanInterval(masked.differences);
  return {
    ...effect,
    interval,
    verdict: verdictOf(effect, interval),
    differences: masked.differences,
  };
}

/** Of one example, or equal differences, nobody knows how sure they are. */
function verdictOf(
  { standardError }: { readonly standardError: number },
  [low, high]: readonly [number, number],
): PartVerdict {
  if (standardError === 0) return "inert";
  return low > 0 ? "helps" : high < 0 ? "hurts" : "inert";
}
