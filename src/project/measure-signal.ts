import { layoutName } from "../core/candidate.ts";
import { usageError } from "../core/errors.ts";
import type { Usage } from "../core/model.ts";
import { createRandom } from "../core/random.ts";
import type { TestResult } from "../core/run-event.ts";
import { foldRun, type ScoredCandidate } from "../core/run-state.ts";
import { usageMeter } from "../core/usage-meter.ts";
import { accuracyOf, type Measure, measureFor } from "../evaluation/compare-results.ts";
import { testPrompt } from "../evaluation/test-prompt.ts";
import { spearman, spearmanTest } from "../statistics/correlation.ts";
import { readRun } from "../store/run-folder.ts";
import { buildTask } from "./build-task.ts";
import { checkSameData, checkSameMetric } from "./check-same.ts";
import { likelihoodObjective } from "./choose-objective.ts";
import { evaluatorFor } from "./evaluator-for.ts";
import { movedTo } from "./moved-run.ts";
import { judgedBy, judgeOf, openJudge } from "./open-judge.ts";
import type { ModelAccess } from "./open-model.ts";
import { openModels } from "./open-models.ts";

/** A candidate of the run with what it does on held-out examples. */
interface TestedCandidate {
  readonly id: string;
  readonly layout: string;
  readonly demonstrations: number;
  readonly instruction: string;
  readonly trainingLoss: number;
  readonly testLoss: number;
  readonly accuracy: number;
}

/** How well one number on the training examples foretells held-out accuracy. */
interface SignalStrength {
  readonly name: "objective" | "cross-entropy" | "format loss" | "decision loss";
  /** Spearman's rank correlation with accuracy; below 0 where a lower loss goes with better answers. Null: nothing varies. */
  readonly correlation: number | null;
  /** Two-sided, by permutation. */
  readonly pValue: number;
}

/** Whether the loss of a run foretells what its prompts are good for. */
export interface MeasuredSignal {
  readonly run: string;
  readonly measure: Measure;
  readonly examples: number;
  readonly signals: readonly SignalStrength[];
  /** Whether a lower objective goes with better answers beyond chance. */
  readonly foretells: boolean;
  /** By training loss. */
  readonly candidates: readonly TestedCandidate[];
  readonly usage: Usage;
}

const FEWEST_CANDIDATES = 4;
const SIGNIFICANT = 0.05;

/** Answers held-out examples under candidates of a run, spread over its losses, and correlates. */
export async function measureSignal(
  projectFolder: string,
  idOrPrefix: string,
  { prompts, examples: limit }: { readonly prompts: number; readonly examples: number },
  access: ModelAccess,
): Promise<MeasuredSignal> {
  const run = await readRun(projectFolder, idOrPrefix);
  const began = movedTo(projectFolder, run.manifest);
  const { config } = began;
  const state = foldRun(run.events);
  const built = await buildTask(config, access);
  checkSameData(began.dataHashes, built.dataHashes);
  checkSameMetric(began, built);
  const objective = likelihoodObjective(built.task.objective, "pmpo signal");
  const chosen = spread(state.candidates, prompts);
  if (chosen.length < FEWEST_CANDIDATES) {
    throw usageError(
      "SIGNAL_TOO_FEW",
      `Run ${run.id} has ${chosen.length} candidates that were scored on all training examples; ${FEWEST_CANDIDATES} are needed`,
      "Let it run for more iterations, or with optimizer.racing: false.",
    );
  }
  await using models = openModels(config, access);
  const model = await models.open(config.model);
  const judge = await openJudge(judgeOf(built.task.metric), config, models);
  const task = judgedBy({ ...built.task, objective }, judge);
  const examples = task.data.test.slice(0, limit);
  const meter = usageMeter(access);
  const { seed } = config.optimizer;
  const { train } = task.data;
  const evaluator = await evaluatorFor(model, task, train);
  const ground = { start: task.start, examples, pool: train, seed };
  const material = await evaluator.prepare(ground, meter.call);
  const test = { evaluator, examples, material };
  const results: TestResult[] = [];
  for (const candidate of chosen) results.push(await testPrompt(test, candidate, meter.call));
  const measure = measureFor(task.answers, results);
  const accuracies = results.map((result) => accuracyOf(result, measure));
  const signals = strengths(chosen, accuracies, seed);
  const [ofObjective] = signals;
  return {
    run: run.id,
    measure,
    examples: examples.length,
    signals,
    foretells: (ofObjective?.correlation ?? 0) < 0 && (ofObjective?.pValue ?? 1) < SIGNIFICANT,
    candidates: chosen.map(({ id, candidate, summary }, index) => ({
      id,
      layout: layoutName(candidate.layout),
      demonstrations: candidate.demonstrations.length,
      instruction: candidate.instruction,
      trainingLoss: summary.loss,
      testLoss: results[index]?.meanLoss ?? Number.NaN,
      accuracy: accuracies[index] as number,
    })),
    usage: meter.total(),
  };
}

/** So many candidates at even steps of the order by loss, the best and the worst among them. */
function spread(candidates: readonly ScoredCandidate[], count: number): readonly ScoredCandidate[] {
  const sorted = candidates.toSorted((a, b) => a.summary.loss - b.summary.loss);
  if (sorted.length <= count) return sorted;
  const step = (sorted.length - 1) / (count - 1);
  return Array.from(
    { length: count },
    (_, index) => sorted[Math.round(index * step)] as ScoredCandidate,
  );
}

function strengths(
  candidates: readonly ScoredCandidate[],
  accuracies: readonly number[],
  seed: number,
): readonly SignalStrength[] {
  const named: readonly (readonly [
    SignalStrength["name"],
    (of: ScoredCandidate) => number | null,
  ])[] = [
    ["objective", ({ summary }) => summary.loss],
    ["cross-entropy", ({ summary }) => summary.likelihood?.crossEntropy ?? null],
    ["format loss", ({ summary }) => summary.format],
    ["decision loss", ({ summary }) => summary.decision],
  ];
  return named.flatMap(([name, of]) => {
    const values = candidates.map(of);
    if (values.some((value) => value === null)) return [];
    const numbers = values.map(Number);
    const random = createRandom(seed, "signal", name);
    return [
      {
        name,
        correlation: spearman(numbers, accuracies),
        pValue: spearmanTest(numbers, accuracies, { shuffle: (ranks) => random.shuffle(ranks) }),
      },
    ];
  });
}
