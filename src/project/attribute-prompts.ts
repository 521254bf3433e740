import {
  type AnswerChange,
  answerChange,
  tokenContributions,
  type TokenContribution,
} from "../analysis/attribute.ts";
import type { Config } from "../config/config.ts";
import { type Candidate, layoutName } from "../core/candidate.ts";
import { usageError } from "../core/errors.ts";
import type { Example } from "../core/example.ts";
import type { Usage } from "../core/model.ts";
import { createRandom } from "../core/random.ts";
import type { PairedDifference } from "../core/run-event.ts";
import { usageMeter } from "../core/usage-meter.ts";
import { answerTokens } from "../scoring/answer-tokens.ts";
import { scoreInDetail } from "../scoring/score-candidate.ts";
import { pairedBootstrap } from "../statistics/interval.ts";
import { answerObjective } from "./choose-objective.ts";
import { type ExampleSource, readCompareGround } from "./compare-ground.ts";
import { type ModelAccess, modelChoice, openModel } from "./open-model.ts";

/** An example with what became of its answer from one prompt to another. */
export interface AttributedExample extends AnswerChange {
  readonly example: Example;
}

/** Which tokens of the known answers became likelier or less likely from a first prompt to a second. */
export interface AttributedPrompts {
  readonly model: string;
  readonly layouts: readonly [first: string, second: string];
  /** The most changed first, for better or worse. */
  readonly examples: readonly AttributedExample[];
  /** Examples left out because a prompt shows them. */
  readonly leftOut: number;
  /** The mean change of the answers' log-probability with its 95 % interval, nats; above 0 they became likelier. */
  readonly change: PairedDifference;
  readonly tokens: readonly TokenContribution[];
  readonly usage: Usage;
}

/** Scores the known answers under two prompts, and sets their tokens beside each other. */
export async function attributePrompts(
  paths: readonly string[],
  config: Config,
  source: ExampleSource,
  access: ModelAccess,
): Promise<AttributedPrompts> {
  const ground = await readCompareGround(paths, config, source, access);
  const { examples, leftOut, seed } = ground;
  const [first, second] = ground.candidates;
  if (second === undefined) throw usageError("ATTRIBUTE_TWO", "Two prompts are needed");
  await using model = await openModel(modelChoice(config), access);
  const meter = usageMeter(access);
  const objective = answerObjective(ground.task.objective);
  const scoring = { model, objective, options: null, overflow: config.overflow };
  const tokensUnder = async (candidate: Candidate) =>
    answerTokens(model, await scoreInDetail(scoring, candidate, examples, meter.call));
  const before = await tokensUnder(first);
  const after = await tokensUnder(second);
  const changes = examples.map((example, index) => ({
    example,
    ...answerChange(example.id, before[index] ?? [], after[index] ?? []),
  }));
  return {
    model: config.model,
    layouts: [layoutName(first.layout), layoutName(second.layout)],
    examples: changes.toSorted((a, b) => Math.abs(b.change) - Math.abs(a.change)),
    leftOut,
    change: meanChange(changes, seed),
    tokens: tokenContributions(changes),
    usage: meter.total(),
  };
}

function meanChange(changes: readonly AnswerChange[], seed: number): PairedDifference {
  const random = createRandom(seed, "attribute");
  const { mean, interval } = pairedBootstrap(
    changes.map(({ change }) => change),
    { random: () => random.float() },
  );
  return { difference: mean, interval };
}
