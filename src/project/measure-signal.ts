import { layoutName } from "../core/candidate.ts";
import { usageError } from "../core/errors.ts";
import { type ExampleLoss, type LossSummary, summariseLosses } from "../core/loss.ts";
import type { Usage } from "../core/model.ts";
import { createRandom } from "../core/random.ts";
import type { TestResult } from "../core/run-event.ts";
import { foldRun, foretoldLoss, type RunState, type ScoredCandidate } from "../core/run-state.ts";
import {
  FEWEST_TO_TELL,
  type MeasuredSignal,
  type SignalStrength,
  type TestedCandidate,
} from "../core/signal.ts";
import { usageMeter } from "../core/usage-meter.ts";
import { accuracyOf, measureFor } from "../evaluation/compare-results.ts";
import { testPrompt } from "../evaluation/test-prompt.ts";
import { spearman, spearmanTest } from "../statistics/correlation.ts";
import { readRun } from "../store/run-folder.ts";
import { writeRunSignal } from "../store/signal-file.ts";
import { buildTask } from "./build-task.ts";
import { checkSameData, checkSameMetric } from "./check-same.ts";
import { likelihoodObjective } from "./choose-objective.ts";
import { evaluatorFor } from "./evaluator-for.ts";
import { movedTo } from "./moved-run.ts";
import { judgedBy, judgeOf, openJudge } from "./open-judge.ts";
import type { ModelAccess } from "./open-model.ts";
import { openModels } from "./open-models.ts";

/** What was measured, with what it cost. */
export interface RunSignal extends MeasuredSignal {
  readonly run: string;
  readonly usage: Usage;
}

/**
 * Answers held-out examples under candidates of a run, spread over its losses, and correlates. Those
 * that racing dropped are scored on all training examples first. What comes of it is kept beside the
 * run's log, for its reports.
 */
export async function measureSignal(
  projectFolder: string,
  idOrPrefix: string,
  { prompts, examples: limit }: { readonly prompts: number; readonly examples: number },
  access: ModelAccess,
): Promise<RunSignal> {
  const run = await readRun(projectFolder, idOrPrefix);
  const began = movedTo(projectFolder, run.manifest);
  const { config } = began;
  const state = foldRun(run.events);
  const built = await buildTask(config, access);
  checkSameData(began.dataHashes, built.dataHashes);
  checkSameMetric(began, built);
  const objective = likelihoodObjective(built.task.objective, "pmpo signal");
  if (prompts < FEWEST_TO_TELL) {
    throw usageError(
      "SIGNAL_PROMPTS_TOO_FEW",
      `--prompts ${prompts} is too few to correlate anything; ${FEWEST_TO_TELL} are needed`,
    );
  }
  const known = triedIn(state);
  if (known.length < FEWEST_TO_TELL) {
    throw usageError(
      "SIGNAL_TOO_FEW",
      `Run ${run.id} tried too few prompts: ${known.length}, and ${FEWEST_TO_TELL} are needed`,
      "Let it run for more iterations.",
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
  const chosen: ComparedCandidate[] = [];
  for (const tried of spread(known, prompts)) {
    const losses =
      tried.losses ?? (await evaluator.score(tried.candidate, train, state.material, meter.call));
    chosen.push({ ...tried, summary: summariseLosses(losses) });
  }
  chosen.sort((a, b) => a.summary.loss - b.summary.loss);
  const material = await evaluator.prepare(ground, meter.call);
  const test = { evaluator, examples, material };
  const results: TestResult[] = [];
  for (const candidate of chosen) results.push(await testPrompt(test, candidate, meter.call));
  const measure = measureFor(task.answers, results);
  const accuracies = results.map((result) => accuracyOf(result, measure));
  const signals = strengths(chosen, accuracies, seed);
  const signal: MeasuredSignal = {
    measure,
    examples: examples.length,
    signals,
    candidates: chosen.map((candidate, index) =>
      testedCandidate(candidate, results[index] as TestResult, accuracies[index] as number),
    ),
  };
  writeRunSignal(run.folder, signal);
  return { run: run.id, ...signal, usage: meter.total() };
}

/** A candidate with what it does on all training examples. */
interface ComparedCandidate extends Pick<ScoredCandidate, "id" | "operator" | "candidate"> {
  readonly summary: LossSummary;
}

/** A candidate as its run left it. */
interface TriedCandidate extends Pick<ScoredCandidate, "id" | "operator" | "candidate"> {
  /** Mean on the training examples, or what those that it saw foretell of that. */
  readonly loss: number;
  /** Null where racing dropped it. */
  readonly losses: readonly ExampleLoss[] | null;
}

/** Every candidate of a run. */
function triedIn({ candidates, dropped }: RunState): readonly TriedCandidate[] {
  const scored = new Map(candidates.map((each) => [each.id, each]));
  return [
    ...candidates.map(({ id, operator, candidate, losses, summary }) => ({
      id,
      operator,
      candidate,
      losses,
      loss: summary.loss,
    })),
    ...dropped.map((each) => ({
      id: each.candidateId,
      operator: each.operator,
      candidate: each.candidate,
      losses: null,
      loss: foretoldLoss(each, scored.get(each.parentId) as ScoredCandidate),
    })),
  ];
}

function testedCandidate(
  { id, operator, candidate, summary }: ComparedCandidate,
  { meanLoss }: TestResult,
  accuracy: number,
): TestedCandidate {
  return {
    id,
    operator,
    layout: layoutName(candidate.layout),
    demonstrations: candidate.demonstrations.length,
    instruction: candidate.instruction,
    trainingLoss: summary.loss,
    testLoss: meanLoss,
    accuracy,
  };
}

/** So many candidates at even steps of the order by loss, the best and the worst among them. */
function spread(candidates: readonly TriedCandidate[], count: number): readonly TriedCandidate[] {
  const sorted = candidates.toSorted((a, b) => a.loss - b.loss);
  if (sorted.length <= count) return sorted;
  const step = (sorted.length - 1) / (count - 1);
  return Array.from(
    { length: count },
    (_, index) => sorted[Math.round(index * step)] as TriedCandidate,
  );
}

function strengths(
  candidates: readonly ComparedCandidate[],
  accuracies: readonly number[],
  seed: number,
): readonly SignalStrength[] {
  const named: readonly (readonly [
    SignalStrength["name"],
    (of: ComparedCandidate) => number | null,
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
