import type { Config } from "../config/config.ts";
import { type Candidate, layoutName } from "../core/candidate.ts";
import type { Example } from "../core/example.ts";
import {
  type ChoiceLoss,
  type ChoiceMetrics,
  estimatedIn,
  type LikelihoodSummary,
  type LossSummary,
  summariseLikelihood,
  summariseLosses,
} from "../core/loss.ts";
import type { Estimated, Usage } from "../core/model.ts";
import type { LikelihoodObjective, Objective } from "../core/objective.ts";
import { choiceMetrics } from "../evaluation/choice-metrics.ts";
import type { ScoredReasoning } from "../scoring/score-after-reasoning.ts";
import { type DetailedLoss, scoreInDetail } from "../scoring/score-candidate.ts";
import { answerTokens, type ScoredToken } from "../scoring/answer-tokens.ts";
import { usageMeter } from "../core/usage-meter.ts";
import { answerObjective, writtenObjective } from "./choose-objective.ts";
import { type ModelAccess, modelChoice, openModel } from "./open-model.ts";
import { readPromptOnData } from "./prompt-on-data.ts";

/** One example with what its answer costs under the prompt. */
export interface ScoredExample {
  readonly example: Example;
  /** −Σ log p over the tokens, nats; behind reasonings, its mean. */
  readonly loss: number;
  readonly tokens: readonly ScoredToken[];
  /** What its loss was estimated from; null where it is exact. */
  readonly estimate: Estimated | null;
  /** Present where the answers form a closed set. */
  readonly choice: ChoiceLoss | null;
  /** What the model wrote before the answer; empty where the objective lets it write nothing. */
  readonly reasonings: readonly ScoredReasoning[];
}

/** A prompt scored on examples, in their order. */
export interface ScoredPrompt {
  readonly model: string;
  readonly candidate: Candidate;
  readonly layout: string;
  readonly objective: LikelihoodObjective;
  /** What the task file says that a search follows; null where it leaves that open. */
  readonly searched: Objective | null;
  readonly summary: LossSummary;
  readonly likelihood: LikelihoodSummary;
  /** Null unless every example has a closed set of answers. */
  readonly choice: ChoiceMetrics | null;
  /** What its losses were estimated from; null where they are exact. */
  readonly estimate: Estimated | null;
  readonly usage: Usage;
  readonly examples: readonly ScoredExample[];
}

/** How many examples are scored, and whether the end of an answer counts. */
export interface ScoreSettings {
  /** The first ones of the file; null: all. */
  readonly limit: number | null;
  readonly scoreEnd: boolean;
}

/** The cross-entropy of every known answer under a prompt, token by token, behind reasoning where the task has it. */
export async function scorePrompt(
  config: Config,
  { limit, scoreEnd }: ScoreSettings,
  access: ModelAccess,
): Promise<ScoredPrompt> {
  const { candidate, examples: all, options } = await readPromptOnData(config, access);
  const examples = all.slice(0, limit ?? undefined);
  const searched = writtenObjective(config);
  const objective = answerObjective(searched);
  await using model = await openModel(modelChoice(config), access);
  const meter = usageMeter(access);
  const details = await scoreInDetail(
    { model, objective, options, scoreEnd, overflow: config.overflow },
    candidate,
    examples,
    meter.call,
  );
  const losses = details.map(({ loss }) => loss);
  const tokens = await answerTokens(model, details);
  return {
    model: config.model,
    candidate,
    layout: layoutName(candidate.layout),
    objective,
    searched,
    summary: summariseLosses(losses),
    likelihood: summariseLikelihood(losses),
    choice: choiceMetrics(losses),
    estimate: estimatedIn(losses),
    usage: meter.total(),
    examples: examples.map((example, index) =>
      scoredExample(example, details[index] as DetailedLoss, tokens[index] ?? []),
    ),
  };
}

function scoredExample(
  example: Example,
  { loss, reasonings = [] }: DetailedLoss,
  tokens: readonly ScoredToken[],
): ScoredExample {
  const { choice = null, estimate = null } = loss;
  return { example, loss: loss.loss, tokens, estimate, choice, reasonings };
}
