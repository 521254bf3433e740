import type { Config } from "../config/config.ts";
import { type Candidate, layoutName } from "../core/candidate.ts";
import { usageError } from "../core/errors.ts";
import { type Example, inputKey } from "../core/example.ts";
import type { Usage } from "../core/model.ts";
import { CROSS_ENTROPY } from "../core/objective.ts";
import { createRandom } from "../core/random.ts";
import type { TestResult } from "../core/run-event.ts";
import { usageMeter } from "../core/usage-meter.ts";
import { answerLimits } from "../evaluation/answer.ts";
import {
  accuracyOf,
  compareResults,
  type Comparison,
  type Measure,
  measureFor,
} from "../evaluation/compare-results.ts";
import { gatherMaterial } from "../evaluation/objective-material.ts";
import { testPrompt } from "../evaluation/test-prompt.ts";
import { findingOf, verdictText } from "../evaluation/verdict-text.ts";
import { holmAdjusted } from "../statistics/holm.ts";
import { buildTask, checkVariables } from "./build-task.ts";
import { loadGrader } from "./load-metric.ts";
import { type ModelAccess, modelChoice, openModel } from "./open-model.ts";
import { readCandidate } from "./read-candidate.ts";
import { readPromptOnData } from "./prompt-on-data.ts";

/** One of the prompts, with what it did. */
export interface ComparedPrompt {
  readonly path: string;
  readonly candidate: Candidate;
  readonly layout: string;
  readonly meanLoss: number;
  readonly accuracy: number;
  readonly choiceAccuracy: number | null;
  /** Against the first prompt; null for that one itself. */
  readonly against: AgainstFirst | null;
}

interface AgainstFirst extends Comparison {
  /** p-value corrected for all the comparisons made (Holm). */
  readonly adjustedPValue: number;
  readonly text: string;
}

/** Prompts held against the first of them on the same examples. */
export interface ComparedPrompts {
  readonly model: string;
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
  source: "held-out" | "all",
  access: ModelAccess,
): Promise<ComparedPrompts> {
  if (paths.length < 2) {
    throw usageError("COMPARE_TOO_FEW", "Two prompts or more are needed to compare them");
  }
  const candidates = await Promise.all(paths.map((path) => readCandidate(path, config)));
  const ground = await readGround(config, source, access);
  candidates.forEach(({ instruction, layout }) =>
    checkVariables(instruction, layout, ground.examples),
  );
  const shown = new Set(
    candidates.flatMap(({ demonstrations }) =>
      demonstrations.map(({ inputs }) => inputKey(inputs)),
    ),
  );
  const examples = ground.examples.filter(({ inputs }) => !shown.has(inputKey(inputs)));
  if (examples.length === 0) {
    throw usageError(
      "COMPARE_NOTHING_LEFT",
      "Every example is shown by one of the prompts: none is left to compare them on",
      "Give more examples.",
    );
  }
  await using model = await openModel(modelChoice(config), access);
  const meter = usageMeter(access);
  const { task, seed } = ground;
  const [first] = candidates;
  if (first === undefined) throw new RangeError("No prompt to compare with");
  const material = await gatherMaterial(
    { task, model, start: first, examples, pool: examples, seed },
    meter.call,
  );
  const test = { task, examples, model, limits: await answerLimits(model, examples), material };
  const results: TestResult[] = [];
  for (const [index, candidate] of candidates.entries()) {
    results.push(await testPrompt(test, { id: `p${index}`, candidate }, meter.call));
  }
  const measure = measureFor(task.answers, results);
  const sample = source === "held-out" ? "held-out" : "given";
  return {
    model: config.model,
    measure,
    examples: examples.length,
    leftOut: ground.examples.length - examples.length,
    prompts: comparedPrompts(paths, candidates, results, { measure, seed, sample }),
    usage: meter.total(),
  };
}

interface Ground {
  readonly examples: readonly Example[];
  readonly task: Parameters<typeof gatherMaterial>[0]["task"] & {
    readonly answers: "generated" | "chosen";
  };
  readonly seed: number;
}

/** The test examples of a task, which its search cannot see; or all examples of a file. */
async function readGround(
  config: Config,
  source: "held-out" | "all",
  access: ModelAccess,
): Promise<Ground> {
  const { seed } = config.optimizer;
  if (source === "held-out") {
    const { task } = await buildTask(config, access);
    return { examples: task.data.test, task, seed };
  }
  const { examples, options, metric } = await readPromptOnData(config, access);
  return {
    examples: createRandom(seed, "compare").shuffle(examples).slice(0, config.data.testExamples),
    task: {
      objective: CROSS_ENTROPY,
      options,
      grade: await loadGrader(metric),
      overflow: config.overflow,
      answers: config.answers ?? "generated",
    },
    seed,
  };
}

interface How {
  readonly measure: Measure;
  readonly seed: number;
  readonly sample: "held-out" | "given";
}

function comparedPrompts(
  paths: readonly string[],
  candidates: readonly Candidate[],
  results: readonly TestResult[],
  { measure, seed, sample }: How,
): readonly ComparedPrompt[] {
  const [first, ...others] = results;
  if (first === undefined) return [];
  const comparisons = others.map((result) => compareResults(first, result, measure, seed));
  const adjusted = holmAdjusted(comparisons.map(({ pValue }) => pValue));
  return results.map((result, index) => {
    const candidate = candidates[index] as Candidate;
    const comparison = comparisons[index - 1];
    return {
      path: paths[index] as string,
      candidate,
      layout: layoutName(candidate.layout),
      meanLoss: result.meanLoss,
      accuracy: accuracyOf(result, "accuracy"),
      choiceAccuracy: result.choiceAccuracy,
      against:
        comparison === undefined
          ? null
          : againstFirst(comparison, adjusted[index - 1] as number, [first, result], sample),
    };
  });
}

function againstFirst(
  comparison: Comparison,
  adjustedPValue: number,
  [first, result]: readonly [TestResult, TestResult],
  sample: How["sample"],
): AgainstFirst {
  const corrected = { ...comparison, pValue: adjustedPValue };
  const finding = findingOf(corrected, first, result);
  return {
    ...comparison,
    adjustedPValue,
    text: verdictText(finding, corrected, first, result, sample),
  };
}
