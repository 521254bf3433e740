import type { Config } from "../config/config.ts";
import { type Candidate, layoutName } from "../core/candidate.ts";
import type { Example } from "../core/example.ts";
import type { ChoiceMetrics } from "../core/loss.ts";
import type { Measure } from "../core/measure.ts";
import type { GradingModel } from "../core/metric.ts";
import type { Usage } from "../core/model.ts";
import type { TestResult } from "../core/run-event.ts";
import { type ScoringMode, scoringMode } from "../core/scoring-mode.ts";
import { usageMeter } from "../core/usage-meter.ts";
import {
  accuracyOf,
  compareResults,
  type Comparison,
  measureFor,
} from "../evaluation/compare-results.ts";
import { preferAnswers, type PreferenceCount } from "../evaluation/prefer-answers.ts";
import { testPrompt } from "../evaluation/test-prompt.ts";
import { findingOf, verdictText } from "../evaluation/verdict-text.ts";
import { holmAdjusted } from "../statistics/holm.ts";
import { type ExampleSource, readCompareGround } from "./compare-ground.ts";
import { evaluatorFor } from "./evaluator-for.ts";
import { judgedBy, judgeOf, openJudge } from "./open-judge.ts";
import type { ModelAccess } from "./open-model.ts";
import { openAnswerer, openModels } from "./open-models.ts";

/** One of the prompts, with what it did. */
export interface ComparedPrompt {
  readonly path: string;
  readonly candidate: Candidate;
  readonly layout: string;
  readonly meanLoss: number;
  readonly accuracy: number;
  readonly choiceAccuracy: number | null;
  readonly choice: ChoiceMetrics | null;
  /** Share of the answers on which the metric's judge followed the order of the texts; null where it asks none. */
  readonly positionBias: number | null;
  /** Against the first prompt; null for that one itself. */
  readonly against: AgainstFirst | null;
}

interface AgainstFirst extends Comparison {
  /** p-value corrected for all the comparisons made (Holm). */
  readonly adjustedPValue: number;
  readonly text: string;
  /** Null where no judge was asked. */
  readonly judged: JudgedAgainstFirst | null;
}

/** A judge's preferences between a prompt's answers and the first one's. */
interface JudgedAgainstFirst extends PreferenceCount {
  /** p-value corrected for all the comparisons made (Holm). */
  readonly adjustedPValue: number;
}

/** Which examples prompts are compared on, and who is asked which answers are better. */
export interface CompareSettings {
  readonly source: ExampleSource;
  /** Null: nobody. Its model is, unless named, the one that the metric asks, or that answers. */
  readonly judge: { readonly model: string | null } | null;
}

/** Prompts held against the first of them on the same examples. */
export interface ComparedPrompts {
  readonly model: string;
  readonly mode: ScoringMode;
  /** Null where none was asked which answers are better. */
  readonly judge: string | null;
  readonly measure: Measure;
  readonly examples: number;
  /** Examples left out because one of the prompts shows them. */
  readonly leftOut: number;
  readonly prompts: readonly ComparedPrompt[];
  readonly usage: Usage;
}

/** Lets the model answer the examples under each prompt, and compares the prompts with the first. */
export async function comparePrompts(
  paths: readonly string[],
  config: Config,
  { source, judge: wanted }: CompareSettings,
  access: ModelAccess,
): Promise<ComparedPrompts> {
  const ground = await readCompareGround(paths, config, source, access);
  const { candidates, examples, leftOut, seed } = ground;
  const metricJudge = judgeOf(ground.task.metric);
  await using models = openModels(config, access);
  const model = await openAnswerer(config, ground.task.objective, models);
  const grader = await openJudge(metricJudge, config, models);
  const umpire = await openJudge(wanted && (wanted.model ?? metricJudge), config, models);
  const meter = usageMeter(access);
  const task = judgedBy(ground.task, grader);
  const evaluator = await evaluatorFor(model, task, examples);
  const material = await evaluator.prepare(
    { start: candidates[0], examples, pool: examples, seed },
    meter.call,
  );
  const test = { evaluator, examples, material };
  const results: TestResult[] = [];
  for (const [index, candidate] of candidates.entries()) {
    results.push(await testPrompt(test, { id: `p${index}`, candidate }, meter.call));
  }
  const judge = wanted === null ? null : { model: umpire ?? model, call: meter.call };
  const preferences = judge === null ? [] : await preferencesOf(results, examples, judge);
  const measure = measureFor(task.answers, results);
  const sample = source === "held-out" ? "held-out" : "given";
  return {
    model: config.model,
    mode: scoringMode(task.objective),
    judge: judge?.model.identity.name ?? null,
    measure,
    examples: examples.length,
    leftOut,
    prompts: comparedPrompts(paths, candidates, results, { measure, seed, sample, preferences }),
    usage: meter.total(),
  };
}

/** The judge's preferences between the first prompt's answers and each other's, in their order. */
async function preferencesOf(
  [first, ...others]: readonly TestResult[],
  examples: readonly Example[],
  judge: GradingModel,
): Promise<readonly JudgedAgainstFirst[]> {
  const counts: PreferenceCount[] = [];
  for (const result of others) {
    counts.push(await preferAnswers(first ?? result, result, examples, judge));
  }
  const adjusted = holmAdjusted(counts.map(({ pValue }) => pValue));
  return counts.map((count, index) => ({ ...count, adjustedPValue: adjusted[index] as number }));
}

interface How {
  readonly measure: Measure;
  readonly seed: number;
  readonly sample: "held-out" | "given";
  /** Of each prompt but the first; empty where no judge was asked. */
  readonly preferences: readonly JudgedAgainstFirst[];
}

function comparedPrompts(
  paths: readonly string[],
  candidates: readonly Candidate[],
  results: readonly TestResult[],
  how: How,
): readonly ComparedPrompt[] {
  const others = againstFirst(results, how);
  return results.map((result, index) => {
    const candidate = candidates[index] as Candidate;
    const { meanLoss, choiceAccuracy, choice, positionBias } = result;
    return {
      path: paths[index] as string,
      candidate,
      layout: layoutName(candidate.layout),
      meanLoss,
      accuracy: accuracyOf(result, "accuracy"),
      choiceAccuracy,
      choice,
      positionBias,
      against: others[index - 1] ?? null,
    };
  });
}

/** What is to be said of each prompt but the first. */
function againstFirst(
  [first, ...others]: readonly TestResult[],
  { measure, seed, sample, preferences }: How,
): readonly AgainstFirst[] {
  if (first === undefined) return [];
  const comparisons = others.map((result) =>
    compareResults(first, result, measure, seed, others.length),
  );
  const adjusted = holmAdjusted(comparisons.map(({ pValue }) => pValue));
  return comparisons.map((comparison, index) => {
    const result = others[index] as TestResult;
    const adjustedPValue = adjusted[index] as number;
    const corrected = { ...comparison, pValue: adjustedPValue };
    const finding = findingOf(corrected, first, result);
    return {
      ...comparison,
      adjustedPValue,
      text: verdictText(finding, corrected, first, result, sample),
      judged: preferences[index] ?? null,
    };
  });
}
